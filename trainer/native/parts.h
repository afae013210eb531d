// Numbers as sums of bfloat16 parts, in the order in which Intel's matrix unit (AMX) reads them. Each part is the
// bfloat16 nearest to what the parts before it leave over: 2 hold 16 bits of a float32, 3 all 24.
#pragma once
#include "kernels.h"
#include "tile.h"

enum {
  SIDE = 16,                // rows or columns of a tile register
  GROUP_ROWS = 2 * SIDE,    // four tile registers hold the sums of so many rows
  GROUP_COLUMNS = 2 * SIDE, // and columns
  TILE_DEPTH = 32,               // depth of a tile register: bfloat16 numbers of a row
  TILE_NUMBERS = SIDE * TILE_DEPTH,
  STEP_NUMBERS = 2 * PARTS * TILE_NUMBERS, // of TILE_DEPTH of the depth: [part][first or second 16][tile]
  TASK_ROWS = 192,
  BLOCK_DEPTH = 512,
  BLOCK_COLUMNS = 512       // sums of so many columns stay in the second-level cache
};

typedef uint16_t Half; // a bfloat16's bits
typedef size_t Place(const void *places, size_t row);

// Where part `part` of element `i` of row (or column) `r` lies in a packed group. In rows, a tile is [row][depth]; in
// weights it is [depth / 2][column][2].
INLINE size_t row_spot(int part, size_t r, size_t i) {
  return i / TILE_DEPTH * STEP_NUMBERS + (2 * part + r / SIDE) * TILE_NUMBERS + r % SIDE * TILE_DEPTH + i % TILE_DEPTH;
}

INLINE size_t column_spot(int part, size_t c, size_t i) {
  return i / TILE_DEPTH * STEP_NUMBERS + (2 * part + c / SIDE) * TILE_NUMBERS + i % TILE_DEPTH / 2 * (2 * SIDE) + c % SIDE * 2 + i % 2;
}

// Sixteen numbers' next part, taken off them.
INLINE __m256i next_part(__m512 *x) {
  const __m256i part = (__m256i)_mm512_cvtneps_pbh(*x);
  *x = _mm512_sub_ps(*x, (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(part), 16));
  return part;
}

// Weights: blocks of depth after one another, each in panels of GROUP_COLUMNS, zeros where W has ended.
static size_t packed_bytes(size_t depth, size_t columns) {
  return round_up(depth, TILE_DEPTH) * round_up(columns, GROUP_COLUMNS) * PARTS * sizeof(Half);
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
    const size_t some = least(BLOCK_DEPTH, depth - begin), padded = round_up(some, TILE_DEPTH);
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
  return round_up(rows, GROUP_ROWS) * round_up(depth, TILE_DEPTH) * PARTS * sizeof(Half);
}

// `place` maps a row of the block to a row of x.
INLINE void pack_block(void *block, const float *x, size_t depth, size_t rows, Place *place, const void *places) {
  const size_t padded = round_up(depth, TILE_DEPTH);
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
