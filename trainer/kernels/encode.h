// The encoder and the choice of active features, fused: pre = (x - b_dec) W_enc + b_enc is made in tiles
// that stay in the cache, each is scanned at once, and only what may be active is kept.
#pragma once
#include "state.h"
#include "vector.h"

// Rows and columns of the register tile: as large as its sums, a vector of each row and the panel's fit.
#if LANES == 16
enum { ROWS = 12, PANEL = 2 * LANES };
#elif LANES == 8
enum { ROWS = 6, PANEL = 2 * LANES };
#else
enum { ROWS = 4, PANEL = 2 * LANES };
#endif

enum {
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
  return b;
}

static inline int block_floats(const State *s) {
  const int rows = rows_per_block(s);
  return rows * (s->d_in + TILE + 2 + 2 * s->list_capacity);
}

// packed = x - b_dec (of a transcoder: x), ROWS rows interleaved; rows past the end are zero
static void pack_rows(const State *s, int first, int rows, float *packed) {
  const int d = s->d_in;
  const float *centre = s->transcoder ? 0 : s->b_dec;
  for (int q = 0; q < rows; q += ROWS)
    for (int r = 0; r < ROWS; r++) {
      float *to = packed + (size_t)q * d + r;
      const float *x = s->x + (size_t)(first + q + r) * d;
      for (int i = 0; i < d; i++) to[i * ROWS] = q + r < rows ? x[i] - (centre ? centre[i] : 0) : 0;
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

static inline int count_above(const float *v, int n, float threshold) {
  const Vec t = splat(threshold);
  Ints above = splat_int(0);
  for (int i = 0; i < n; i += LANES) above += load(v + i) > t; // −1 where it holds
  int count = 0;
  UNROLL for (int lane = 0; lane < LANES; lane++) count -= above[lane];
  return count;
}

static inline float smallest_above(const float *v, int n, float threshold) {
  const Vec t = splat(threshold);
  Vec least = splat(__builtin_inff());
  for (int i = 0; i < n; i += LANES) {
    const Vec x = load(v + i);
    least = choose(x > t, smaller(x, least), least);
  }
  return smallest_lane(least);
}

static inline float from_bits(int bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

static inline int to_bits(float x) {
  int bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

// The k-th largest of n > k positive numbers, by halving the interval it lies in: positive floats are
// ordered as their bits are. Unlike quickselect this has no branch that depends on single numbers.
static float kth_largest(const float *v, int n, int k, float largest) {
  int low = 0, high = to_bits(largest); // more than low: at least k of them; more than high: fewer
  while (high - low > 1) {
    const int middle = low + (high - low) / 2, above = count_above(v, n, from_bits(middle));
    if (above == k) return smallest_above(v, n, from_bits(middle));
    if (above > k) low = middle;
    else high = middle;
  }
  return from_bits(high);
}

// Keeps the k largest of a row's list in their order, of equal ones the first, and returns the smallest
// kept. The list is ascending by feature, so of equal activations the lowest index stays.
static float keep_largest(float *value, int *feature, int n, int k) {
  float largest = 0;
  for (int e = 0; e < n; e++) largest = value[e] > largest ? value[e] : largest;
  for (int e = n; e % LANES; e++) value[e] = 0; // what fills up the last vector counts as none
  const float least = kth_largest(value, n, k, largest);
  int equal = k - count_above(value, n, least), kept = 0;
  for (int e = 0; e < n; e++) {
    const float v = value[e];
    const int tie = (v == least) & (equal > 0);
    value[kept] = v;
    feature[kept] = feature[e];
    kept += (v > least) | tie;
    equal -= tie;
  }
  return least;
}

// What a block is encoded with, and what of it is kept.
typedef struct {
  const float *panels; // the encoder weights of n features, in panels
  const float *bias;   // [n padded to PANEL], -inf in the padding
  const float *floor;  // [n padded to PANEL] what each feature must exceed; 0 where all must exceed `above`
  float above;
  int n, k; // the k largest of each row are kept; 0 keeps all
} Candidates;

// Appends the activations of one row's tile that exceed its threshold, or each feature's own floor.
static inline void scan(Block *b, int r, const Candidates *c, int first, int columns) {
  const float *tile = b->tile + r * TILE;
  float *value = b->value + (size_t)r * b->list_capacity;
  int *feature = b->feature + (size_t)r * b->list_capacity;
  const Vec threshold = splat(b->threshold[r]);
  int n = b->count[r];
  for (int j = 0; j < columns; j += LANES) {
    const Vec pre = load(tile + j) + load(c->bias + first + j);
    const unsigned mask = greater_mask(pre, c->floor ? load(c->floor + first + j) : threshold);
    if (mask) n = append(value, feature, n, pre, first + j, mask);
  }
  b->count[r] = n;
}

// Fills the lists of a block of rows, d wide, with the active features among the candidates.
static void encode_block(Block *b, int rows, int d, const Candidates *c) {
  const int k = c->k, padded = (c->n + PANEL - 1) / PANEL * PANEL;
  for (int r = 0; r < rows; r++) {
    b->threshold[r] = c->above;
    b->count[r] = 0;
  }
  for (int first = 0; first < padded; first += TILE) {
    const int columns = padded - first < TILE ? padded - first : TILE;
    for (int j = 0; j < columns; j += PANEL)
      for (int q = 0; q < rows; q += ROWS)
        multiply(b->packed + (size_t)q * d, c->panels + (size_t)(first + j) * d, d, b->tile + q * TILE + j, TILE);
    for (int r = 0; r < rows; r++) {
      scan(b, r, c, first, columns);
      const int last = first + columns == padded;
      if (k && b->count[r] > (last ? k : 2 * k)) {
        const size_t list = (size_t)r * b->list_capacity;
        b->threshold[r] = keep_largest(b->value + list, b->feature + list, b->count[r], k);
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
