// Products of blocks on Intel's matrix unit (AMX). A float32 is the sum of PARTS bfloat16 numbers, each the nearest
// to what the ones before it leave over: 2 hold 16 bits of it, 3 all 24. Of the products of parts those that the
// result can show are summed, in float32:
//
//     PARTS 2 (bf16x3): x₁W₀ + x₀W₁ + x₀W₀        PARTS 3 (bf16x6): x₂W₀ + x₁W₀ + x₁W₁ + x₀W₁ + x₀W₂ + x₀W₀
#pragma once
#include "kernels.h"
#include "tile.h"

enum {
  SIDE = 16,                // rows or columns of a tile register
  GROUP_ROWS = 2 * SIDE,    // four tile registers hold the sums of so many rows
  GROUP_COLUMNS = 2 * SIDE, // and columns
  PAIRS = 32,               // depth of a tile register: bfloat16 numbers of a row
  TILE_NUMBERS = SIDE * PAIRS,
  STEP_NUMBERS = 2 * PARTS * TILE_NUMBERS, // of PAIRS of the depth: [part][first or second 16][tile]
  TASK_ROWS = 192,
  BLOCK_DEPTH = 512,
  BLOCK_COLUMNS = 512,      // sums of so many columns stay in the second-level cache
  STEP_AHEAD = 6            // cache lines of the next panel that are brought nearer in each step
};

typedef uint16_t Half; // a bfloat16's bits
typedef size_t Place(const void *places, size_t row);

// Where part `part` of element `i` of row (or column) `r` lies in a packed group. In rows, a tile is [row][depth]; in
// weights it is [depth / 2][column][2].
INLINE size_t row_spot(int part, size_t r, size_t i) {
  return i / PAIRS * STEP_NUMBERS + (2 * part + r / SIDE) * TILE_NUMBERS + r % SIDE * PAIRS + i % PAIRS;
}

INLINE size_t column_spot(int part, size_t c, size_t i) {
  return i / PAIRS * STEP_NUMBERS + (2 * part + c / SIDE) * TILE_NUMBERS + i % PAIRS / 2 * (2 * SIDE) + c % SIDE * 2 + i % 2;
}

// Sixteen numbers' next part, taken off them.
INLINE __m256i next_part(__m512 *x) {
  const __m256i part = (__m256i)_mm512_cvtneps_pbh(*x);
  *x = _mm512_sub_ps(*x, (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(part), 16));
  return part;
}

// Weights: blocks of depth after one another, each in panels of GROUP_COLUMNS, zeros where W has ended.
static size_t packed_bytes(size_t depth, size_t columns) {
  return round_up(depth, PAIRS) * round_up(columns, GROUP_COLUMNS) * PARTS * sizeof(Half);
}

typedef struct {
  const Packed *to;
  const float *W;
  size_t depth_step, column_step;
} Packing;

static void pack_panel(const void *job, size_t task, void *scratch) {
  (void)scratch;
  const Packing *p = job;
  const size_t depth = p->to->depth, columns = p->to->columns, first = task * GROUP_COLUMNS;
  for (size_t begin = 0; begin < depth; begin += BLOCK_DEPTH) {
    const size_t some = least(BLOCK_DEPTH, depth - begin), padded = round_up(some, PAIRS);
    Half *panel = (Half *)p->to->data + (begin * round_up(columns, GROUP_COLUMNS) + first * padded) * PARTS;
    for (size_t c = 0; c < GROUP_COLUMNS; c++)
      for (size_t i = 0; i < padded; i += LANES) {
        float x[LANES] = {0};
        const float *from = p->W + (begin + i) * p->depth_step + (first + c) * p->column_step;
        if (first + c < columns)
          for (size_t j = 0; j < LANES && i + j < some; j++) x[j] = from[j * p->depth_step];
        __m512 left = (__m512)load(x);
        for (int part = 0; part < PARTS; part++) {
          Half halves[LANES];
          _mm256_storeu_si256((__m256i *)halves, next_part(&left));
          for (size_t j = 0; j < LANES; j++) panel[column_spot(part, c, i + j)] = halves[j];
        }
      }
  }
}

static int pack(Pool *pool, const Packed *to, const float *W, size_t depth_step, size_t column_step) {
  const Packing job = {to, W, depth_step, column_step};
  return pool_run(pool, parts_of(to->columns, GROUP_COLUMNS), 0, pack_panel, &job);
}

// Rows of a task, packed whole, in groups of GROUP_ROWS.
static size_t block_bytes(size_t rows, size_t depth) {
  return round_up(rows, GROUP_ROWS) * round_up(depth, PAIRS) * PARTS * sizeof(Half);
}

// `place` maps a row of the block to a row of x.
INLINE void pack_block(void *block, const float *x, size_t depth, size_t rows, Place *place, const void *places) {
  const size_t padded = round_up(depth, PAIRS);
  for (size_t r = 0; r < round_up(rows, GROUP_ROWS); r++) {
    Half *group = (Half *)block + r / GROUP_ROWS * GROUP_ROWS * padded * PARTS;
    const float *row = r < rows ? x + place(places, r) * depth : NULL;
    for (size_t i = 0; i < padded; i += LANES) {
      __m512 left = (__m512)(row && i < depth ? load_first(row + i, depth - i) : splat(0));
      for (int part = 0; part < PARTS; part++)
        _mm256_storeu_si256((__m256i *)(group + row_spot(part, r % GROUP_ROWS, i)), next_part(&left));
    }
  }
}

INLINE void load_rows(const Half *step, int part) {
  _tile_loadd(4, step + 2 * part * TILE_NUMBERS, 2 * PAIRS);
  _tile_loadd(5, step + (2 * part + 1) * TILE_NUMBERS, 2 * PAIRS);
}

INLINE void load_columns(const Half *step, int part) {
  _tile_loadd(6, step + 2 * part * TILE_NUMBERS, 2 * PAIRS);
  _tile_loadd(7, step + (2 * part + 1) * TILE_NUMBERS, 2 * PAIRS);
}

INLINE void add_product(void) {
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
}

// What will be needed after this: weights, and the sums of the rows that follow.
typedef struct {
  const Half *panel;
  const float *out;
} Next;

// Tile registers 0 to 3 += rows · panel
INLINE void multiply_group(const Half *rows, const Half *panel, size_t depth, Next next, size_t stride) {
  for (size_t i = 0; i < depth; i += PAIRS, rows += STEP_NUMBERS, panel += STEP_NUMBERS) {
    for (int line = 0; line < STEP_AHEAD; line++, next.panel += PAIRS) __builtin_prefetch(next.panel, 0, 2);
    for (int row = 0; row < 2; row++, next.out += stride) {
      __builtin_prefetch(next.out, 1);
      __builtin_prefetch(next.out + SIDE, 1);
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
                      float *out, size_t stride, const Half *next_panel) {
  finish_writes();
  load_sums(start, start_stride);
  multiply_group(rows, panel, depth, (Next){next_panel, out + GROUP_ROWS * stride}, stride);
  store_sums(out, stride);
}

// The same where fewer rows or columns are left: in a whole group beside them.
static void add_part(const Half *rows, const Half *panel, size_t depth, const float *start, size_t start_stride,
                     float *out, size_t stride, size_t n, size_t columns) {
  float group[GROUP_ROWS][GROUP_COLUMNS] __attribute__((aligned(64))) = {{0}};
  for (size_t r = 0; r < n; r++) copy(group[r], start + r * start_stride, columns);
  add_group(rows, panel, depth, group[0], GROUP_COLUMNS, group[0], GROUP_COLUMNS, panel);
  for (size_t r = 0; r < n; r++) copy(out + r * stride, group[r], columns);
}

// out [rows, last − first] = block · weight[:, first … last) + bias; `first` is a multiple of GROUP_COLUMNS
static void multiply_block(const void *block, size_t rows, const Packed *weight, const float *bias, size_t first,
                           size_t last, float *out, size_t stride) {
  const size_t depth = round_up(weight->depth, PAIRS), padded = round_up(weight->columns, GROUP_COLUMNS);
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
          const Half *next = panel + some * GROUP_COLUMNS * PARTS + row / GROUP_ROWS * (some * STEP_AHEAD);
          if (n == GROUP_ROWS && columns == GROUP_COLUMNS)
            add_group(group, panel, some, start, start_stride, to, stride, next);
          else add_part(group, panel, some, start, start_stride, to, stride, n, columns);
        }
      }
    }
  _tile_release();
}
