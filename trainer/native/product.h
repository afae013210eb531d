// x · W over blocks that fit the caches. Every sum runs over the depth in the same order, BLOCK_DEPTH at a
// time, whichever thread computes it.
#pragma once
#include "kernels.h"
#include "tile.h"

enum {
  TASK_ROWS = 192,   // a multiple of TILE_ROWS; this many read a panel before it leaves the cache
  BLOCK_DEPTH = 256, // a panel takes 64 KB at most, the rows that meet it 192 KB
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
static size_t block_bytes(size_t depth) { return TASK_ROWS * round_up(depth, STEP) * sizeof(float); }

// `place` maps a row of the block to a row of x.
INLINE void pack_block(void *block, const float *x, size_t depth, size_t rows, size_t (*place)(const void *, size_t),
                       const void *places) {
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

typedef struct {
  Product p;
  size_t rows;                  // of each task
  size_t groups, group_columns; // columns are shared out too where rows are few
} Shares;

static size_t following(const void *first, size_t i) { return *(const size_t *)first + i; }

static void product_task(const void *job, size_t task, void *scratch) {
  const Shares *s = job;
  const size_t columns = s->p.weight->columns, depth = s->p.weight->depth;
  const size_t row = task / s->groups * s->rows, rows = least(s->rows, s->p.n - row);
  const size_t first = task % s->groups * s->group_columns, last = least(first + s->group_columns, columns);
  pack_block(scratch, s->p.x, depth, rows, following, &row);
  multiply_block(scratch, rows, s->p.weight, s->p.bias, first, last, s->p.out + row * columns + first, columns);
}

static int product(Pool *pool, const Product *p) {
  enum { TASKS_PER_THREAD = 4 };
  const size_t threads = pool_threads(pool), panels = parts_of(p->weight->columns, PANEL);
  const size_t blocks = round_up(parts_of(p->n, TASK_ROWS), threads), rows = round_up(parts_of(p->n, blocks), TILE_ROWS);
  const size_t groups = threads == 1 ? 1 : least(panels, parts_of(TASKS_PER_THREAD * threads, blocks));
  const size_t group_panels = parts_of(panels, groups);
  const Shares shares = {*p, rows, parts_of(panels, group_panels), group_panels * PANEL};
  return pool_run(pool, parts_of(p->n, rows) * shares.groups, block_bytes(p->weight->depth), product_task, &shares);
}
