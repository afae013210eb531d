// Causal attention of one head in one context at a time. Keys and values are packed as weights are, scores as rows
// are, so that both products run in the register tile; of a block of TILE_ROWS queries only the panels of keys that
// one of them may see are computed.
#pragma once
#include "functions.h"
#include "kernels.h"
#include "tile.h"

enum { SOON = 16 }; // rows between asking for one and reading it

typedef struct {
  float *keys;    // [context_size / PANEL][width][PANEL]
  float *values;  // [width / PANEL][context_size][PANEL]
  float *queries; // [width / STEP][TILE_ROWS][STEP]
  float *scores;  // [context_size / STEP][TILE_ROWS][STEP]
  float *row;     // [width]
} HeadScratch;

static size_t head_floats(const Attention *a, HeadScratch *s, float *at) {
  const size_t keys = round_up(a->context_size, PANEL), width = round_up(a->width, STEP);
  const size_t sizes[] = {keys * width, round_up(a->width, PANEL) * round_up(keys, STEP), TILE_ROWS * width,
                          TILE_ROWS * round_up(keys, STEP), round_up(a->width, PANEL)};
  float **parts[] = {&s->keys, &s->values, &s->queries, &s->scores, &s->row};
  size_t used = 0;
  for (int i = 0; i < 5; i++) {
    *parts[i] = at ? at + used : NULL;
    used += round_up(sizes[i], 16);
  }
  return used;
}

// to[i] = scale · x[i], the first 2 · half of them turned first
INLINE void rotated(float *to, const float *x, size_t width, Rotation by, size_t position, float scale) {
  const float *cos = by.cos + position * by.half, *sin = by.sin + position * by.half;
  const Vec s = splat(scale);
  for (size_t i = 0; i < by.half; i += LANES) {
    const size_t n = by.half - i;
    const Vec a = load_first(x + i, n), b = load_first(x + by.half + i, n);
    const Vec c = load_first(cos + i, n), d = load_first(sin + i, n);
    store_first(to + i, (a * c - b * d) * s, n);
    store_first(to + by.half + i, (b * c + a * d) * s, n);
  }
  for (size_t i = 2 * by.half; i < width; i += LANES) store_first(to + i, load_first(x + i, width - i) * s, width - i);
}

INLINE const float *head_row(const Heads *h, size_t row, size_t head) {
  return h->data + row * h->row_step + head * h->head_step;
}

// Rows of one head lie far apart, where the hardware does not foresee them.
INLINE void bring_row(const Heads *h, size_t row, size_t head, size_t width) {
  for (size_t i = 0; i < width; i += LINE) __builtin_prefetch(head_row(h, row, head) + i, 0, 2);
}

// Zeros where the context or the head has ended.
static void pack_head(const Attention *a, const HeadScratch *s, size_t first_row, size_t head) {
  const size_t depth = round_up(a->width, STEP), positions = round_up(a->context_size, STEP);
  memset(s->keys, 0, round_up(a->context_size, PANEL) * depth * sizeof(float));
  memset(s->values, 0, round_up(a->width, PANEL) * positions * sizeof(float));
  for (size_t t = 0; t < a->context_size; t++) {
    if (t + SOON < a->context_size) {
      bring_row(&a->k, first_row + t + SOON, head, a->width);
      bring_row(&a->v, first_row + t + SOON, head, a->width);
    }
    rotated(s->row, head_row(&a->k, first_row + t, head), a->width, a->k.rotation, t, 1);
    float *key = s->keys + t / PANEL * PANEL * depth + t % PANEL;
    for (size_t i = 0; i < a->width; i++) key[i * PANEL] = s->row[i];
    const float *value = head_row(&a->v, first_row + t, head);
    for (size_t i = 0; i < a->width; i += PANEL)
      copy(s->values + i * positions + t * PANEL, value + i, least(PANEL, a->width - i));
  }
}

// Row r of the scores becomes e^(score − max), zeros from `seen` on; returns 1 / their sum.
INLINE float soften(float *scores, int r, size_t seen) {
  float *row = scores + r * STEP;
  for (size_t j = seen; j < round_up(seen, STEP); j++) row[row_place(j)] = -__builtin_inff();
  Vec most = splat(-__builtin_inff()), sum = splat(0);
  for (size_t j = 0; j < seen; j += LANES) most = larger(most, load(row + row_place(j)));
  const Vec max = splat(largest_lane(most));
  for (size_t j = 0; j < round_up(seen, STEP); j += LANES) {
    float *at = row + row_place(j);
    const Vec shifted = load(at) - max, term = choose(shifted < splat(-87), splat(0), exponential(shifted));
    store(at, term);
    sum += term;
  }
  return 1 / sum_lanes(sum);
}

static void attend_block(const Attention *a, const HeadScratch *s, size_t first_row, size_t head, size_t block) {
  for (size_t t = block + SOON; t < least(block + SOON + TILE_ROWS, a->context_size); t++)
    bring_row(&a->q, first_row + t, head, a->width);
  const size_t rows = least(TILE_ROWS, a->context_size - block), seen = block + rows;
  const size_t depth = round_up(a->width, STEP), positions = round_up(a->context_size, STEP);
  for (size_t r = 0; r < TILE_ROWS; r++) {
    if (r >= rows) {
      pack_zero_row(s->queries, r, a->width);
      continue;
    }
    const float *query = head_row(&a->q, first_row + block + r, head);
    rotated(s->row, query, a->width, a->q.rotation, block + r, 1 / __builtin_sqrtf(a->width));
    pack_row(s->queries, r, s->row, a->width);
  }
  Tile sum;
  for (size_t j = 0; j < seen; j += PANEL) {
    clear_tile(sum);
    multiply_tile(s->queries, s->keys + j * depth, depth, s->values, sum);
    UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int v = 0; v < TILE_VECTORS; v++)
      store(s->scores + row_place(j + v * LANES) + r * STEP, sum[r][v]);
  }
  float inverse[TILE_ROWS] = {0};
  for (size_t r = 0; r < rows; r++) {
    inverse[r] = soften(s->scores, r, block + r + 1);
    for (size_t j = round_up(block + r + 1, STEP); j < round_up(seen, STEP); j++) s->scores[row_place(j) + r * STEP] = 0;
  }
  float *out = a->out + ((first_row + block) * a->q.heads + head) * a->width;
  for (size_t i = 0; i < a->width; i += PANEL) {
    clear_tile(sum);
    multiply_tile(s->scores, s->values + i * positions, round_up(seen, STEP), s->keys, sum);
    float tile[TILE_ROWS][PANEL];
    UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int v = 0; v < TILE_VECTORS; v++)
      store(tile[r] + v * LANES, sum[r][v] * splat(inverse[r]));
    for (size_t r = 0; r < rows; r++)
      copy(out + r * a->q.heads * a->width + i, tile[r], least(PANEL, a->width - i));
  }
}

static void attend_task(const void *job, size_t task, void *scratch) {
  const Attention *a = job;
  HeadScratch s;
  head_floats(a, &s, scratch);
  const size_t first_row = task / a->k.heads * a->context_size, head = task % a->k.heads;
  const size_t group = a->q.heads / a->k.heads;
  pack_head(a, &s, first_row, head);
  for (size_t shared = head * group; shared < (head + 1) * group; shared++)
    for (size_t block = 0; block < a->context_size; block += TILE_ROWS) attend_block(a, &s, first_row, shared, block);
}

static int attend(Pool *pool, const Attention *a) {
  HeadScratch none;
  return pool_run(pool, a->contexts * a->k.heads, head_floats(a, &none, NULL) * sizeof(float), attend_task, a);
}
