// The penalty on cosines between decoder rows (sae/orthogonality.ts states it): each row is compared with the others of
// its chunk of features. Rows of norm 1 are kept in the order of the chunks, and compared a tile of them at a time, which
// the cache holds for the rows that are compared with it.
#pragma once
#include "features.h"

enum { NO_ORTHOGONALITY, ABS, SQUARED, MAX };

// Tiles begin where their chunk does and blocks of rows change nothing but the order in which tiles are read, so that
// sums run in the same order whatever the vector and the thread.
enum { TILE_ROWS = 64, BLOCK_ROWS = 32 };

static inline size_t orthogonality_floats(const State *s) { return (size_t)BLOCK_ROWS * s->d_out; }

static inline Range places_of(const State *s, int part) { return share(0, s->d_sae, 1, part); }

static inline float *unit_row(const State *s, int place) { return s->unit_rows + (size_t)place * s->d_out; }

// Chunk c is [c d_sae / chunks, (c + 1) d_sae / chunks), rounded down: here the one that a place lies in.
static inline Range chunk_of(const State *s, int place) {
  const long long n = s->d_sae, chunks = s->chunks, c = ((place + 1) * chunks - 1) / n;
  return (Range){(int)(c * n / chunks), (int)((c + 1) * n / chunks)};
}

static void unit_rows_part(State *s, int part) {
  const int d = s->d_out;
  const Range range = places_of(s, part);
  for (int i = range.first; i < range.last; i++) {
    const float *direction = s->W_dec + (size_t)s->chunk_order[i] * d;
    s->row_norm[i] = __builtin_sqrtf(dot(direction, direction, d));
    __builtin_memcpy(unit_row(s, i), direction, d * sizeof(float));
    scale_row(unit_row(s, i), 1 / s->row_norm[i], d);
  }
}

// cosine[TILE_ROWS] of the row at place i with the n at [first, first + n); 0 with itself, and where there are no more
static void tile_cosines(const State *s, int i, int first, int n, float *cosine) {
  const int d = s->d_out;
  int j = 0;
  for (; j + MAX_DOTS <= n; j += MAX_DOTS) {
    const float *others[MAX_DOTS];
    UNROLL for (int u = 0; u < MAX_DOTS; u++) others[u] = unit_row(s, first + j + u);
    dots(unit_row(s, i), others, MAX_DOTS, d, cosine + j);
  }
  for (; j < n; j++) cosine[j] = dot(unit_row(s, i), unit_row(s, first + j), d);
  for (; j < TILE_ROWS; j++) cosine[j] = 0;
  if (i >= first && i < first + n) cosine[i - first] = 0;
}

// Σ g(cos) of a tile; the cosines become g'(cos).
static float tile_slopes(const State *s, float *cosine) {
  Vec sum[WIDE_VECTORS];
  UNROLL for (int u = 0; u < WIDE_VECTORS; u++) sum[u] = splat(0);
  for (int j = 0; j < TILE_ROWS; j += WIDE)
    UNROLL for (int u = 0; u < WIDE_VECTORS; u++) {
      float *at = cosine + j + u * LANES;
      const Vec c = load(at), zero = splat(0);
      sum[u] += s->orthogonality == SQUARED ? c * c : magnitude(c);
      store(at, s->orthogonality == SQUARED ? c + c : choose(c > zero, splat(1), choose(zero > c, splat(-1), zero)));
    }
  return sum_wide(sum);
}

// MAX: the place of the largest |cos|, the first of equal ones; -1 where all are 0
static void nearest_rows(State *s, int from, int rows, Range chunk) {
  float cosine[TILE_ROWS];
  for (int i = from; i < from + rows; i++) s->nearest[i] = -1, s->nearest_cosine[i] = 0;
  for (int first = chunk.first; first < chunk.last; first += TILE_ROWS) {
    const int n = chunk.last - first < TILE_ROWS ? chunk.last - first : TILE_ROWS;
    for (int i = from; i < from + rows; i++) {
      tile_cosines(s, i, first, n, cosine);
      for (int j = 0; j < n; j++)
        if (__builtin_fabsf(cosine[j]) > __builtin_fabsf(s->nearest_cosine[i]))
          s->nearest[i] = first + j, s->nearest_cosine[i] = cosine[j];
    }
  }
}

static void nearest_part(State *s, int part) {
  const Range range = places_of(s, part);
  for (int i = range.first, rows; i < range.last; i += rows) {
    const Range chunk = chunk_of(s, i);
    const int left = (range.last < chunk.last ? range.last : chunk.last) - i;
    rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    nearest_rows(s, i, rows, chunk);
  }
}

// g_dec += by · (pull without its part along the row) / ‖d‖: what turns the row
static void turn_row(const State *s, int i, float *pull, float by) {
  const int d = s->d_out;
  add_scaled(pull, -dot(pull, unit_row(s, i), d), unit_row(s, i), d);
  add_scaled(s->g_W_dec + (size_t)s->chunk_order[i] * d, by / s->row_norm[i], pull, d);
}

// ABS, SQUARED: the mean of each row's g. A pair counts for both of its rows, so each feels it twice.
static double turn_from_all(State *s, int from, int rows, Range chunk, float *pull) {
  const int d = s->d_out, others = chunk.last - chunk.first - 1;
  float cosine[TILE_ROWS];
  int row[TILE_ROWS];
  double sum = 0;
  for (int j = 0; j < TILE_ROWS; j++) row[j] = j;
  if (others == 0) return 0;
  fill_zero(pull, rows * d);
  for (int first = chunk.first; first < chunk.last; first += TILE_ROWS) {
    const int n = chunk.last - first < TILE_ROWS ? chunk.last - first : TILE_ROWS;
    for (int r = 0; r < rows; r++) {
      float *to = pull + (size_t)r * d;
      tile_cosines(s, from + r, first, n, cosine);
      sum += tile_slopes(s, cosine);
      add_rows(to, to, unit_row(s, first), row, cosine, 0, n, d);
    }
  }
  for (int r = 0; r < rows; r++) turn_row(s, from + r, pull + (size_t)r * d, 2 * s->orthogonality_weight / others);
  return sum / others;
}

static inline float sign_of(float x) { return x < 0 ? -1 : 1; }

// MAX: a row is turned from its nearest, and from those whose nearest it is.
static double turn_from_nearest(State *s, int from, int rows, Range chunk, float *pull) {
  const int d = s->d_out;
  double sum = 0;
  for (int i = from; i < from + rows; i++) {
    fill_zero(pull, d);
    if (s->nearest[i] >= 0) add_scaled(pull, sign_of(s->nearest_cosine[i]), unit_row(s, s->nearest[i]), d);
    for (int j = chunk.first; j < chunk.last; j++)
      if (s->nearest[j] == i) add_scaled(pull, sign_of(s->nearest_cosine[j]), unit_row(s, j), d);
    turn_row(s, i, pull, s->orthogonality_weight);
    sum += __builtin_fabsf(s->nearest_cosine[i]);
  }
  return sum;
}

// Adds to the decoder's gradient, once it is gathered.
static void turn_part(State *s, int part, int thread) {
  const Range range = places_of(s, part);
  float *pull = s->scratch + (size_t)thread * s->scratch_floats;
  double sum = 0;
  for (int i = range.first, rows; i < range.last; i += rows) {
    const Range chunk = chunk_of(s, i);
    const int left = (range.last < chunk.last ? range.last : chunk.last) - i;
    rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    sum += s->orthogonality == MAX ? turn_from_nearest(s, i, rows, chunk, pull)
                                   : turn_from_all(s, i, rows, chunk, pull);
  }
  totals_of(s, part)[ORTHOGONALITY] = sum;
}
