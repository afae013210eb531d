// The encoder and the choice of active features, fused: pre = (x - b_dec) W_enc + b_enc is bounded from above in
// tiles that stay in the cache (screen.h), each is scanned at once, and only what may be active is computed.
// A pre-activation is dot(x - b_dec, w) + b_enc wherever it is computed.
#pragma once
#include "screen.h"
#include "select.h"

enum {
  TILE = 128,                     // columns between two scans
  BLOCK_FLOATS = 64 * 1024,       // of a block of rows: their integers are half a small L2 cache
  MAX_LIST_FLOATS = 2 << 20,      // bounds a block's lists
  MARGIN = TILE + 16              // what a scan may write past a row's list
};

static inline int rows_with_lists(const State *s, int list_capacity) {
  const int by_cache = BLOCK_FLOATS / s->d_in, by_lists = MAX_LIST_FLOATS / list_capacity;
  const int rows = by_cache < by_lists ? by_cache : by_lists;
  return (rows + ROWS - 1) / ROWS * ROWS;
}

static inline int rows_per_block(const State *s) { return rows_with_lists(s, s->list_capacity); }

// A block of rows while it is encoded; all of it lives in one thread's scratch.
typedef struct {
  float *centred;   // [rows, d_in] x - b_dec
  int *packed;      // [rows / ROWS][d_in / 2][ROWS] pairs of its integers
  int *tile;        // [rows, TILE] products
  float *scale;     // [rows] of the integers
  float *error;     // [rows] of the products, see error_of_row
  float *threshold; // [rows] what an activation must exceed to enter the row's list
  int *count;       // [rows]
  float *value;     // [rows, list_capacity]
  int *feature;     // [rows, list_capacity], ascending within a row
  float *lower;     // [list_capacity]
  int list_capacity;
  int overflow;     // set when a row's list did not hold what it should
} Block;

static inline Block block_in(const State *s, int thread) {
  const size_t rows = rows_per_block(s), lists = rows * s->list_capacity, d = s->d_in;
  Block b = {.centred = s->scratch + (size_t)thread * s->scratch_floats, .list_capacity = s->list_capacity};
  b.packed = (int *)(b.centred + rows * d);
  b.tile = b.packed + rows * d / 2;
  b.scale = (float *)(b.tile + rows * TILE);
  b.error = b.scale + rows;
  b.threshold = b.error + rows;
  b.count = (int *)(b.threshold + rows);
  b.value = (float *)(b.count + rows);
  b.feature = (int *)(b.value + lists);
  b.lower = (float *)(b.feature + lists);
  return b;
}

static inline size_t block_floats(const State *s, int list_capacity) {
  const size_t rows = rows_with_lists(s, list_capacity), d = s->d_in;
  return rows * (d + d / 2 + TILE + 4 + 2 * (size_t)list_capacity) + list_capacity;
}

// x - b_dec (of a transcoder: x)
static void centre_row(const State *s, int row, float *centred) {
  const float *x = s->x + (size_t)row * s->d_in;
  if (s->transcoder) __builtin_memcpy(centred, x, s->d_in * sizeof(float));
  else
    for (int i = 0; i < s->d_in; i += LANES) store(centred + i, load(x + i) - load(s->b_dec + i));
}

// Rows [first, first + rows), ready to be encoded.
static void load_block(const State *s, Block *b, int first, int rows) {
  const int d = s->d_in;
  for (int r = 0; r < rows; r++) {
    float *x = b->centred + (size_t)r * d;
    centre_row(s, first + r, x);
    const Scaled scaled = scale_of(x, d);
    b->scale[r] = scaled.scale;
    b->error[r] = error_of_row(scaled, d);
    put_quants(x, d, scaled.scale, b->packed + (size_t)(r - r % ROWS) * (d / 2) + r % ROWS, ROWS);
  }
}

// What a block is encoded with, and what of it is kept.
typedef struct {
  const float *weights; // one feature's encoder weights are a row
  const int *names;     // [n] the features' rows in `weights`; 0 where they are their own
  const int *quants;    // their integers in panels, see put_quants
  const float *scale;   // [n padded to PANEL]
  const float *bias;    // likewise
  const float *bound;   // likewise, bias_bound of it; -inf in the padding
  const float *floor;   // likewise, what each feature must exceed; 0 where all must exceed `above`
  float above;
  int n, k; // the k largest of each row are kept; 0 keeps all
} Candidates;

static inline const float *weights_of(const Candidates *c, int f, int d) {
  return c->weights + (size_t)(c->names ? c->names[f] : f) * d;
}

// value[i] = pre-activation of feature[i]
static void exact_values(const Candidates *c, const float *x, int d, const int *feature, int n, float *value) {
  int i = 0;
  for (; i + MAX_DOTS <= n; i += MAX_DOTS) {
    const float *w[MAX_DOTS];
    float product[MAX_DOTS];
    UNROLL for (int j = 0; j < MAX_DOTS; j++) w[j] = weights_of(c, feature[i + j], d);
    if (i + 2 * MAX_DOTS <= n)
      for (int j = 0; j < MAX_DOTS; j++) prefetch(weights_of(c, feature[i + MAX_DOTS + j], d), d);
    dots(x, w, MAX_DOTS, d, product);
    UNROLL for (int j = 0; j < MAX_DOTS; j++) value[i + j] = product[j] + c->bias[feature[i + j]];
  }
  for (; i < n; i++) value[i] = dot(x, weights_of(c, feature[i], d), d) + c->bias[feature[i]];
}

// Appends those of one row's tile that may exceed the row's threshold, or each feature's own floor, with a number
// that their pre-activation does not exceed; returns the new length of the list.
INLINE int scan(const Block *b, int r, const Candidates *c, int first, int columns, float *value, int *feature, int n) {
  const int *tile = b->tile + r * TILE;
  const Vec scale = splat(b->scale[r]), error = splat(b->error[r]), threshold = splat(b->threshold[r]);
  for (int j = 0; j < columns; j += LANES) {
    const Vec product = to_floats(load_ints(tile + j)) * scale + error;
    const Vec bound = product * load(c->scale + first + j) + load(c->bound + first + j);
    const unsigned mask = greater_mask(bound, c->floor ? load(c->floor + first + j) : threshold);
    if (APPEND_ALWAYS || mask) n = append(value, feature, n, bound, lane_numbers(first + j), mask);
  }
  return n;
}

// All that exceed a threshold are kept: a tile's are computed at once.
static void take_all(Block *b, int r, const Candidates *c, int d, int first, int columns) {
  float value[MARGIN];
  int feature[MARGIN];
  const int n = scan(b, r, c, first, columns, value, feature, 0);
  const size_t list = (size_t)r * b->list_capacity;
  int kept = b->count[r];
  if (kept + n > b->list_capacity) {
    b->overflow = 1;
    kept = 0;
  }
  exact_values(c, b->centred + (size_t)r * d, d, feature, n, value);
  for (int i = 0; i < n; i++) {
    b->value[list + kept] = value[i];
    b->feature[list + kept] = feature[i];
    kept += value[i] > (c->floor ? c->floor[feature[i]] : c->above);
  }
  b->count[r] = kept;
}

// The k largest are kept: what is certainly not among them is dropped from a row's list of upper bounds. At least k
// lower bounds exceed the new threshold, so the k largest pre-activations do.
static void prune(Block *b, int r, const Candidates *c, int d) {
  const int n = b->count[r], k = c->k;
  float *value = b->value + (size_t)r * b->list_capacity, *lower = b->lower;
  int *feature = b->feature + (size_t)r * b->list_capacity;
  const float error = 2.01f * b->error[r];
  for (int e = 0; e < n; e++) {
    const int f = feature[e];
    const float least = value[e] - error * c->scale[f] - 2.01f * (c->bound[f] - c->bias[f]);
    lower[e] = least > 0 ? least : 0;
  }
  pad_list(lower, n);
  const float least = exceeded_by(lower, n, k, b->threshold[r]);
  if (least > b->threshold[r]) {
    b->threshold[r] = least;
    b->count[r] = keep_at_least(value, feature, n, least);
  }
  if (b->count[r] <= b->list_capacity - MARGIN) return;
  exact_values(c, b->centred + (size_t)r * d, d, feature, b->count[r], value); // very many are very close
  keep_largest(value, feature, b->count[r], k);
  b->count[r] = k;
  b->threshold[r] = smallest_above(value, k, 0);
}

// Bounds give way to pre-activations, of which the k largest that are positive stay.
static void settle(Block *b, int r, const Candidates *c, int d) {
  if (b->count[r] > c->k) prune(b, r, c, d);
  float *value = b->value + (size_t)r * b->list_capacity;
  int *feature = b->feature + (size_t)r * b->list_capacity, kept = 0;
  exact_values(c, b->centred + (size_t)r * d, d, feature, b->count[r], value);
  for (int i = 0; i < b->count[r]; i++) {
    const float v = value[i];
    value[kept] = v;
    feature[kept] = feature[i];
    kept += v > c->above;
  }
  if (kept > c->k) keep_largest(value, feature, kept, c->k);
  b->count[r] = kept < c->k ? kept : c->k;
}

// Fills the lists of a block of rows, d wide, with the active features among the candidates.
static void encode_block(Block *b, int rows, int d, const Candidates *c) {
  const int padded = (c->n + PANEL - 1) / PANEL * PANEL;
  for (int r = 0; r < rows; r++) {
    b->threshold[r] = c->above;
    b->count[r] = 0;
  }
  for (int first = 0; first < padded; first += TILE) {
    const int columns = padded - first < TILE ? padded - first : TILE;
    for (int j = 0; j < columns; j += PANEL)
      for (int q = 0; q < rows; q += ROWS)
        multiply_quants(b->packed + (size_t)q * (d / 2), c->quants + (size_t)(first + j) * (d / 2), d / 2,
                        b->tile + q * TILE + j, TILE);
    for (int r = 0; r < rows; r++) {
      if (!c->k) {
        take_all(b, r, c, d, first, columns);
        continue;
      }
      const size_t list = (size_t)r * b->list_capacity;
      b->count[r] = scan(b, r, c, first, columns, b->value + list, b->feature + list, b->count[r]);
      if (b->count[r] > b->list_capacity - MARGIN) prune(b, r, c, d);
    }
  }
  for (int r = 0; r < rows && c->k; r++) settle(b, r, c, d);
}

// One feature's integers, to where its panel has them.
static void put_feature(const float *w, float bias, int d, int f, int *quants, float *scales, float *bounds) {
  const float scale = scale_of(w, d).scale;
  put_quants(w, d, scale, quants + (size_t)(f - f % PANEL) * (d / 2) + f % PANEL, PANEL);
  scales[f] = scale;
  bounds[f] = bias_bound(bias);
}
