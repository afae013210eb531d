// Products of blocks on Intel's matrix unit (AMX), which multiplies bfloat16 and adds in float32. Of the products of
// parts of x and of W those are computed that the result can show:
//
//     PARTS 2 (bf16x3): x₁W₀ + x₀W₁ + x₀W₀        PARTS 3 (bf16x6): x₂W₀ + x₁W₀ + x₁W₁ + x₀W₁ + x₀W₂ + x₀W₀
#pragma once
#include "parts.h"

INLINE void load_rows(const Half *step, int part) {
  _tile_loadd(4, step + 2 * part * TILE_NUMBERS, 2 * TILE_DEPTH);
  _tile_loadd(5, step + (2 * part + 1) * TILE_NUMBERS, 2 * TILE_DEPTH);
}

INLINE void load_columns(const Half *step, int part) {
  _tile_loadd(6, step + 2 * part * TILE_NUMBERS, 2 * TILE_DEPTH);
  _tile_loadd(7, step + (2 * part + 1) * TILE_NUMBERS, 2 * TILE_DEPTH);
}

INLINE void add_product(void) {
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
}

// Tile registers 0 to 3 += rows · panel. Meanwhile the sums of the next group come nearer, two rows in each step.
INLINE void multiply_group(const Half *rows, const Half *panel, size_t depth, const float *next, size_t stride) {
  for (size_t i = 0; i < depth; i += TILE_DEPTH, rows += STEP_NUMBERS, panel += STEP_NUMBERS) {
    for (int row = 0; row < 2; row++, next += stride) {
      __builtin_prefetch(next, 1);
      __builtin_prefetch(next + SIDE, 1);
    }
#if PARTS == 3
    load_rows(rows, 2), load_columns(panel, 0), add_product();
    load_rows(rows, 1), add_product();
    load_columns(panel, 1), add_product();
    load_rows(rows, 0), add_product();
    load_columns(panel, 2), add_product();
    load_columns(panel, 0), add_product();
#else
    load_rows(rows, 1), load_columns(panel, 0), add_product();
    load_rows(rows, 0), load_columns(panel, 1), add_product();
    load_columns(panel, 0), add_product();
#endif
  }
}

// GCC does not know what the tile instructions read: all that was written must lie in memory before them.
INLINE void finish_writes(void) { __asm__ volatile("" ::: "memory"); }

INLINE void configure_tiles(void) {
  static const struct {
    uint8_t palette, start, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shape = {1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {SIDE, SIDE, SIDE, SIDE, SIDE, SIDE, SIDE, SIDE}};
  _tile_loadconfig(&shape);
}

// With a stride of 0 every row is the first.
INLINE void load_sums(const float *from, size_t stride) {
  _tile_loadd(0, from, 4 * stride);
  _tile_loadd(1, from + SIDE, 4 * stride);
  _tile_loadd(2, from + SIDE * stride, 4 * stride);
  _tile_loadd(3, from + SIDE * stride + SIDE, 4 * stride);
}

INLINE void store_sums(float *to, size_t stride) {
  _tile_stored(0, to, 4 * stride);
  _tile_stored(1, to + SIDE, 4 * stride);
  _tile_stored(2, to + SIDE * stride, 4 * stride);
  _tile_stored(3, to + SIDE * stride + SIDE, 4 * stride);
}

// out [GROUP_ROWS, GROUP_COLUMNS] = rows · panel + start: the bias repeated, or out itself
INLINE void add_group(const Half *rows, const Half *panel, size_t depth, const float *start, size_t start_stride,
                      float *out, size_t stride) {
  finish_writes();
  load_sums(start, start_stride);
  multiply_group(rows, panel, depth, out + GROUP_ROWS * stride, stride);
  store_sums(out, stride);
}

// The same where fewer rows or columns are left: in a whole group beside them.
static void add_part(const Half *rows, const Half *panel, size_t depth, const float *start, size_t start_stride,
                     float *out, size_t stride, size_t n, size_t columns) {
  float group[GROUP_ROWS][GROUP_COLUMNS] __attribute__((aligned(64))) = {{0}};
  for (size_t r = 0; r < n; r++) copy(group[r], start + r * start_stride, columns);
  add_group(rows, panel, depth, group[0], GROUP_COLUMNS, group[0], GROUP_COLUMNS);
  for (size_t r = 0; r < n; r++) copy(out + r * stride, group[r], columns);
}

// out [rows, last − first] = block · weight[:, first … last) + bias; `first` is a multiple of GROUP_COLUMNS
static void multiply_block(const void *block, size_t rows, const Packed *weight, const float *bias, size_t first,
                           size_t last, float *out, size_t stride) {
  const size_t depth = round_up(weight->depth, TILE_DEPTH), padded = round_up(weight->columns, GROUP_COLUMNS);
  static const float zeros[GROUP_COLUMNS];
  configure_tiles();
  for (size_t chunk = first; chunk < last; chunk += BLOCK_COLUMNS)
    for (size_t begin = 0; begin < depth; begin += BLOCK_DEPTH) {
      const size_t some = least(BLOCK_DEPTH, depth - begin);
      for (size_t column = chunk; column < least(chunk + BLOCK_COLUMNS, last); column += GROUP_COLUMNS) {
        const Half *panel = (const Half *)weight->data + (begin * padded + column * some) * PARTS;
        const size_t columns = least(GROUP_COLUMNS, last - column);
        for (size_t row = 0; row < rows; row += GROUP_ROWS) {
          const Half *group = (const Half *)block + (row * depth + begin * GROUP_ROWS) * PARTS;
          float *to = out + row * stride + column - first;
          const float *start = begin > 0 ? to : bias ? bias + column : zeros;
          const size_t n = least(GROUP_ROWS, rows - row), start_stride = begin > 0 ? stride : 0;
          if (n == GROUP_ROWS && columns == GROUP_COLUMNS)
            add_group(group, panel, some, start, start_stride, to, stride);
          else add_part(group, panel, some, start, start_stride, to, stride, n, columns);
        }
      }
    }
  _tile_release();
}
