// Functions of single numbers, and norms of single rows.
#pragma once
#include "functions.h"
#include "kernels.h"

enum { MAP_LENGTH = 16 * 1024 }; // of one task; a multiple of LANES

INLINE Vec apply(Function function, Vec x, Vec y) {
  switch (function) {
    case GELU: return gelu(x);
    case GELU_TANH: return gelu_tanh(x);
    case SILU: return silu(x);
    case ADD: return x + y;
    default: return x * y;
  }
}

// Always inlined with a constant function, so that no loop has to choose.
INLINE void map_range(Function function, const Map *m, size_t first, size_t last) {
  const float *y = m->y ? m->y : m->x;
  size_t i = first;
  for (; i + LANES <= last; i += LANES) store(m->out + i, apply(function, load(m->x + i), load(y + i)));
  if (i < last)
    store_first(m->out + i, apply(function, load_first(m->x + i, last - i), load_first(y + i, last - i)), last - i);
}

static void map_task(const void *job, size_t task, void *scratch) {
  (void)scratch;
  const Map *m = job;
  const size_t first = task * MAP_LENGTH, last = least(first + MAP_LENGTH, m->length);
  switch (m->function) {
    case GELU: map_range(GELU, m, first, last); break;
    case GELU_TANH: map_range(GELU_TANH, m, first, last); break;
    case SILU: map_range(SILU, m, first, last); break;
    case ADD: map_range(ADD, m, first, last); break;
    default: map_range(MULTIPLY, m, first, last);
  }
}

static int map(Pool *pool, const Map *m) {
  return pool_run(pool, parts_of(m->length, MAP_LENGTH), 0, map_task, m);
}

// Σ (x − centre), or its squares, in 4 · LANES running sums
INLINE float sum_row(const float *x, size_t width, float centre, int is_squared) {
  Vec sum[4] = {{0}};
  const Vec c = splat(centre);
  size_t i = 0;
  for (; i + 4 * LANES <= width; i += 4 * LANES)
    UNROLL for (int u = 0; u < 4; u++) {
      const Vec d = load(x + i + u * LANES) - c;
      sum[u] += is_squared ? d * d : d;
    }
  Vec rest = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  for (; i + LANES <= width; i += LANES) {
    const Vec d = load(x + i) - c;
    rest += is_squared ? d * d : d;
  }
  float total = sum_lanes(rest);
  for (; i < width; i++) total += is_squared ? (x[i] - centre) * (x[i] - centre) : x[i] - centre;
  return total;
}

INLINE void norm_row(const Rows *r, size_t row) {
  const size_t width = r->width;
  const float *x = r->x + row * width;
  float *out = r->out + row * width, mean = 0, factor = 1;
  if (r->norm == LAYER_NORM) mean = sum_row(x, width, 0, 0) / width;
  if (r->norm != SCALE) factor = 1 / __builtin_sqrtf(sum_row(x, width, mean, 1) / width + r->eps);
  const Vec m = splat(mean), f = splat(factor);
  for (size_t i = 0; i < width; i += LANES) {
    const size_t n = least(LANES, width - i);
    Vec value = ((n == LANES ? load(x + i) : load_first(x + i, n)) - m) * f;
    if (r->gain) value *= n == LANES ? load(r->gain + i) : load_first(r->gain + i, n);
    if (r->bias) value += n == LANES ? load(r->bias + i) : load_first(r->bias + i, n);
    if (n == LANES) store(out + i, value);
    else store_first(out + i, value, n);
  }
}

enum { NORM_ROWS = 16 };

static void rows_task(const void *job, size_t task, void *scratch) {
  (void)scratch;
  const Rows *r = job;
  for (size_t row = task * NORM_ROWS; row < least((task + 1) * NORM_ROWS, r->n); row++) norm_row(r, row);
}

static int rows(Pool *pool, const Rows *r) { return pool_run(pool, parts_of(r->n, NORM_ROWS), 0, rows_task, r); }
