// The encoder and the choice of active features, fused: pre = (x - b_dec) W_enc + b_enc is made in tiles
// that stay in the cache, each is scanned at once, and only what may be active is kept.
#pragma once
#include "state.h"
#include "vector.h"

enum {
  ROWS = 4,                // rows of the register tile; with 8 columns V8 keeps it all in registers
  PANEL = 2 * LANES,       // columns of the register tile
  TILE = 128,              // columns between two scans
  BLOCK_FLOATS = 48 * 1024 // a block of packed rows takes this much: half of a small L2 cache
};

enum { MAX_LIST_FLOATS = 2 * 1024 * 1024 }; // bounds a block's lists when every feature may be active

static inline int rows_per_block(const State *s) {
  int by_cache = BLOCK_FLOATS / s->d_in, by_lists = MAX_LIST_FLOATS / s->list_capacity;
  int rows = (by_cache < by_lists ? by_cache : by_lists) / ROWS * ROWS;
  return rows < ROWS ? ROWS : rows;
}

// A block of rows while it is encoded; all of it lives in one thread's scratch.
typedef struct {
  float *packed;    // [rows / ROWS][d_in][ROWS], b_dec subtracted
  float *tile;      // [rows, TILE]
  float *threshold; // [rows] what an activation must exceed to enter the row's list
  int *count;       // [rows]
  float *value;     // [rows, list_capacity]
  int *feature;     // [rows, list_capacity], ascending within a row
  float *spare;     // [list_capacity]
  int list_capacity;
} Block;

static inline Block block_in(const State *s, int thread) {
  const size_t rows = rows_per_block(s), lists = rows * s->list_capacity;
  float *at = s->scratch + (size_t)thread * s->scratch_floats;
  Block b = {.packed = at, .list_capacity = s->list_capacity};
  b.tile = b.packed + rows * s->d_in;
  b.threshold = b.tile + rows * TILE;
  b.count = (int *)(b.threshold + rows);
  b.value = (float *)(b.count + rows);
  b.feature = (int *)(b.value + lists);
  b.spare = (float *)(b.feature + lists);
  return b;
}

static inline int block_floats(const State *s) {
  const int rows = rows_per_block(s);
  return rows * (s->d_in + TILE + 2 + 2 * s->list_capacity) + s->list_capacity;
}

// packed = x - b_dec, ROWS rows interleaved; rows past the end are zero
static void pack_rows(const State *s, int first, int rows, float *packed) {
  const int d = s->d_in;
  for (int q = 0; q < rows; q += ROWS)
    for (int r = 0; r < ROWS; r++) {
      float *to = packed + (size_t)q * d + r;
      const float *x = s->x + (size_t)(first + q + r) * d;
      for (int i = 0; i < d; i++) to[i * ROWS] = q + r < rows ? x[i] - s->b_dec[i] : 0;
    }
}

// out[ROWS, PANEL] = rows[d, ROWS]^T panel[d, PANEL]
static inline void multiply(const float *restrict rows, const float *restrict panel, int d,
                            float *restrict out, int stride) {
  Vec sum[ROWS][2];
  UNROLL for (int r = 0; r < ROWS; r++) sum[r][0] = sum[r][1] = splat(0);
  for (int i = 0; i < d; i++, rows += ROWS, panel += PANEL) {
    const Vec p0 = load(panel), p1 = load(panel + LANES);
    UNROLL for (int r = 0; r < ROWS; r++) {
      const Vec a = splat(rows[r]);
      sum[r][0] += a * p0;
      sum[r][1] += a * p1;
    }
  }
  UNROLL for (int r = 0; r < ROWS; r++) {
    store(out + r * stride, sum[r][0]);
    store(out + r * stride + LANES, sum[r][1]);
  }
}

// The k-th largest of v[0..n) (Hoare's quickselect; v is reordered).
static float kth_largest(float *v, int n, int k) {
  int low = 0, high = n - 1;
  while (low < high) {
    const float pivot = v[(low + high) >> 1];
    int i = low, j = high;
    while (i <= j) {
      while (v[i] > pivot) i++;
      while (v[j] < pivot) j--;
      if (i <= j) {
        const float t = v[i];
        v[i++] = v[j];
        v[j--] = t;
      }
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return v[k - 1];
}

// Keeps the k largest of a row's list in their order, of equal ones the first, and returns the smallest
// kept. The list is ascending by feature, so of equal activations the lowest index stays.
static float keep_largest(float *value, int *feature, int n, int k, float *spare) {
  __builtin_memcpy(spare, value, n * sizeof(float));
  const float least = kth_largest(spare, n, k);
  int equal = k;
  for (int e = 0; e < n; e++) equal -= value[e] > least;
  for (int e = 0, kept = 0; kept < k; e++)
    if (value[e] > least || (value[e] == least && equal-- > 0)) {
      value[kept] = value[e];
      feature[kept++] = feature[e];
    }
  return least;
}

// Appends the activations of one row's tile that exceed its threshold.
static inline void scan(Block *b, int r, const float *bias, int first, int columns) {
  const float *tile = b->tile + r * TILE;
  float *value = b->value + (size_t)r * b->list_capacity;
  int *feature = b->feature + (size_t)r * b->list_capacity;
  const Vec threshold = splat(b->threshold[r]);
  int n = b->count[r];
  for (int j = 0; j < columns; j += LANES) {
    const Vec pre = load(tile + j) + load(bias + first + j);
    for (unsigned mask = greater_mask(pre, threshold); mask; mask &= mask - 1) {
      const int lane = __builtin_ctz(mask);
      value[n] = pre[lane];
      feature[n++] = first + j + lane;
    }
  }
  b->count[r] = n;
}

// Fills the lists of a block with the active features out of n, whose weights are in `panels`.
static void encode_block(Block *b, int rows, int d, const float *panels, const float *bias, int n, int k) {
  for (int r = 0; r < rows; r++) b->threshold[r] = b->count[r] = 0;
  const int padded = (n + PANEL - 1) / PANEL * PANEL;
  for (int first = 0; first < padded; first += TILE) {
    const int columns = padded - first < TILE ? padded - first : TILE;
    for (int j = 0; j < columns; j += PANEL)
      for (int q = 0; q < rows; q += ROWS)
        multiply(b->packed + (size_t)q * d, panels + (size_t)(first + j) * d, d, b->tile + q * TILE + j, TILE);
    for (int r = 0; r < rows; r++) {
      scan(b, r, bias, first, columns);
      const int last = first + columns == padded;
      if (k && b->count[r] > (last ? k : 2 * k)) {
        const size_t list = (size_t)r * b->list_capacity;
        b->threshold[r] = keep_largest(b->value + list, b->feature + list, b->count[r], k, b->spare);
        b->count[r] = k;
      }
    }
  }
}

// One panel of encoder weights from PANEL rows of W_enc, which `rows` lists; missing ones are zero.
static void pack_panel(const State *s, const int *rows, int n, float *panel) {
  const int d = s->d_in;
  for (int r = 0; r < PANEL; r++) {
    const float *w = r < n ? s->W_enc + (size_t)rows[r] * d : 0;
    for (int i = 0; i < d; i++) panel[i * PANEL + r] = w ? w[i] : 0;
  }
}
