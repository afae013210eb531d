// Products of blocks that fit the caches, in float32. Every sum runs over the depth in the same order, BLOCK_DEPTH
// at a time, whichever thread computes it.
#pragma once
#include "kernels.h"
#include "tile.h"

enum {
  GROUP_ROWS = TILE_ROWS, // rows that are packed together
  GROUP_COLUMNS = PANEL,  // and columns
  TASK_ROWS = 192,        // a multiple of that; so many read a panel before it leaves the cache
  BLOCK_DEPTH = 512       // a panel takes 128 KB at most, the rows that meet it 384 KB
};

// Weights: blocks of depth after one another, each in panels of [depth][PANEL], zeros where W has ended.
static size_t packed_bytes(size_t depth, size_t columns) {
  return round_up(depth, STEP) * round_up(columns, PANEL) * sizeof(float);
}

typedef struct {
  const Packed *to;
  const float *W;
  size_t depth_step, column_step;
} Packing;

static void pack_panel(const void *job, size_t task, void *scratch) {
  (void)scratch;
  const Packing *p = job;
  const size_t depth = p->to->depth, columns = p->to->columns, padded = round_up(columns, PANEL);
  const size_t first = task * PANEL, n = least(PANEL, columns - first);
  for (size_t begin = 0; begin < depth; begin += BLOCK_DEPTH) {
    const size_t end = least(begin + BLOCK_DEPTH, depth), rows = round_up(end - begin, STEP);
    float *panel = (float *)p->to->data + begin * padded + first * rows;
    memset(panel, 0, rows * PANEL * sizeof(float));
    for (size_t j = 0; j < n; j++) {
      const float *from = p->W + begin * p->depth_step + (first + j) * p->column_step;
      for (size_t i = 0; i < end - begin; i++) panel[i * PANEL + j] = from[i * p->depth_step];
    }
  }
}

static int pack(Pool *pool, const Packed *to, const float *W, size_t depth_step, size_t column_step) {
  const Packing job = {to, W, depth_step, column_step};
  return pool_run(pool, parts_of(to->columns, PANEL), 0, pack_panel, &job);
}

// Rows of a task, packed whole: groups of TILE_ROWS, each [depth / STEP][TILE_ROWS][STEP].
static size_t block_bytes(size_t rows, size_t depth) {
  return round_up(rows, TILE_ROWS) * round_up(depth, STEP) * sizeof(float);
}

// `place` maps a row of the block to a row of x.
typedef size_t Place(const void *places, size_t row);
INLINE void pack_block(void *block, const float *x, size_t depth, size_t rows, Place *place, const void *places) {
  for (size_t i = 0; i < round_up(rows, TILE_ROWS); i++) {
    float *group = (float *)block + i / TILE_ROWS * TILE_ROWS * round_up(depth, STEP);
    if (i < rows) pack_row(group, i % TILE_ROWS, x + place(places, i) * depth, depth);
    else pack_zero_row(group, i % TILE_ROWS, depth);
  }
}

// The tile's valid part, added to `from` (a row that is repeated, or the output itself), goes to out.
INLINE void store_tile(Tile sum, const float *bias, int is_first, float *out, size_t stride, size_t rows,
                       size_t columns) {
  if (rows == TILE_ROWS && columns == PANEL) {
    UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
      float *to = out + r * stride + v * LANES;
      if (!is_first) sum[r][v] += load(to);
      else if (bias) sum[r][v] += load(bias + v * LANES);
      store(to, sum[r][v]);
    }
    return;
  }
  float tile[TILE_ROWS][PANEL];
  UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int v = 0; v < TILE_VECTORS; v++) store(tile[r] + v * LANES, sum[r][v]);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      float *to = out + r * stride + c;
      *to = tile[r][c] + (!is_first ? *to : bias ? bias[c] : 0);
    }
}

// out [rows, last − first] = block · weight[:, first … last) + bias; `first` is a multiple of PANEL. The rows that
// meet a panel bring the next one nearer, which follows it in memory, each a slice of it.
static void multiply_block(const void *block, size_t rows, const Packed *weight, const float *bias, size_t first,
                           size_t last, float *out, size_t stride) {
  const size_t depth = round_up(weight->depth, STEP), padded = round_up(weight->columns, PANEL);
  for (size_t begin = 0; begin < depth; begin += BLOCK_DEPTH) {
    const size_t some = least(BLOCK_DEPTH, depth - begin);
    for (size_t column = first; column < last; column += PANEL) {
      const float *panel = (const float *)weight->data + begin * padded + column * some;
      for (size_t row = 0; row < rows; row += TILE_ROWS) {
        float *to = out + row * stride + column - first;
        const float *next = panel + some * PANEL + row / TILE_ROWS * (some / STEP * AHEAD);
        Tile sum;
        clear_tile(sum);
        UNROLL for (int r = 0; r < TILE_ROWS; r++)
          for (int c = 0; c < PANEL; c += LINE) __builtin_prefetch(to + r * stride + c, 1);
        multiply_tile((const float *)block + row * depth + begin * TILE_ROWS, panel, some, next, sum);
        store_tile(sum, bias ? bias + column : NULL, begin == 0, to, stride, least(TILE_ROWS, rows - row),
                   least(PANEL, last - column));
      }
    }
  }
}
