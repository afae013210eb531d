// x · W, shared out over the threads in blocks of rows, and of columns too where rows are few.
#pragma once
#include "blocks.h"

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
  const size_t threads = pool_threads(pool), panels = parts_of(p->weight->columns, GROUP_COLUMNS);
  const size_t blocks = round_up(parts_of(p->n, TASK_ROWS), threads), rows = round_up(parts_of(p->n, blocks), GROUP_ROWS);
  const size_t groups = threads == 1 ? 1 : least(panels, parts_of(TASKS_PER_THREAD * threads, blocks));
  const size_t group_panels = parts_of(panels, groups);
  const Shares shares = {*p, rows, parts_of(panels, group_panels), group_panels * GROUP_COLUMNS};
  return pool_run(pool, parts_of(p->n, rows) * shares.groups, block_bytes(rows, p->weight->depth), product_task, &shares);
}
