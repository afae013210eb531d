// What is done row by row: encode, decode, and go back as far as the pre-activations.
#pragma once
#include "encode.h"

// The active features of the rows, compressed. Each part writes its own stretch of the arrays.
typedef struct {
  int *start, *count, *feature;
  float *value, *grad;
  int capacity; // of one part's stretch
} Entries;

static inline Entries main_entries(const State *s) {
  return (Entries){s->row_start,   s->row_count,  s->entry_feature,
                   s->entry_value, s->entry_grad, s->part_capacity};
}

static inline Entries aux_entries(const State *s) {
  return (Entries){s->aux_start, s->aux_count, s->aux_feature, s->aux_value, s->aux_grad, s->aux_capacity};
}

static inline Candidates all_candidates(const State *s) {
  return (Candidates){.panels = s->panels, .bias = s->b_enc, .n = s->d_sae, .k = s->k};
}

static inline Candidates dead_candidates(const State *s) {
  return (Candidates){.panels = s->dead_panels, .bias = s->dead_bias, .n = s->n_dead, .k = s->k_aux};
}

// Copies row r of a block to `row` of the entries; `names` translates its features. 0 when it does not fit.
static int keep_row(const Block *b, int r, Entries *e, int row, int *used, int part, const int *names) {
  const int n = b->count[r];
  if (*used + n > e->capacity) return 0;
  const size_t at = (size_t)part * e->capacity + *used, list = (size_t)r * b->list_capacity;
  for (int i = 0; i < n; i++) {
    e->feature[at + i] = names ? names[b->feature[list + i]] : b->feature[list + i];
    e->value[at + i] = b->value[list + i];
  }
  e->start[row] = (int)at;
  e->count[row] = n;
  *used += n;
  return 1;
}

enum { SPAN = LANES == 4 ? 4 : 8 }; // vectors of a row that are summed in registers at once

// out[c …] = bias + Σ value · W_dec[feature], `vectors` vectors of it
INLINE void decode_span(const State *s, const Entries *e, int first, int last, const float *bias, int c,
                        const int vectors, float *out) {
  Vec sum[SPAN];
  UNROLL for (int u = 0; u < vectors; u++) sum[u] = bias ? load(bias + c + u * LANES) : splat(0);
  for (int i = first; i < last; i++) {
    const float *w = s->W_dec + (size_t)e->feature[i] * s->d_in + c;
    const Vec value = splat(e->value[i]);
    UNROLL for (int u = 0; u < vectors; u++) sum[u] += value * load(w + u * LANES);
  }
  UNROLL for (int u = 0; u < vectors; u++) store(out + c + u * LANES, sum[u]);
}

// out[d] = bias + Σ value · W_dec[feature]
static void decode_row(const State *s, const Entries *e, int row, const float *bias, float *out) {
  const int d = s->d_in, first = e->start[row], last = first + e->count[row];
  int c = 0;
  for (; c + SPAN * LANES <= d; c += SPAN * LANES) decode_span(s, e, first, last, bias, c, SPAN, out);
  for (; c < d; c += LANES) decode_span(s, e, first, last, bias, c, 1, out);
}

// error *= scale; returns ‖error‖² as it was
static double square_and_scale(float *error, float scale, int d) {
  const double squared = dot(error, error, d);
  for (int i = 0; i < d; i += LANES) store(error + i, load(error + i) * splat(scale));
  return squared;
}

// dL/dpre = dL/dx̂ · d_f + l1 for each active feature, and counts the entries of each
static void back_to_pre(const State *s, const Entries *e, int row, const float *error, float l1, int *hist) {
  for (int i = e->start[row]; i < e->start[row] + e->count[row]; i++) {
    e->grad[i] = dot(error, s->W_dec + (size_t)e->feature[i] * s->d_in, s->d_in) + l1;
    hist[e->feature[i]]++;
  }
}

// ‖x − x̂‖² + l1 Σ a: dL/dx̂ = 2/B (x̂ − x)
static void main_row(const State *s, const Entries *e, int row, int part, int *hist) {
  const int d = s->d_in;
  double *totals = totals_of(s, part);
  float *error = s->error + (size_t)row * d;
  decode_row(s, e, row, s->b_dec, error);
  add_scaled(error, -1, s->x + (size_t)row * d, d);
  totals[SQUARED_ERROR] += square_and_scale(error, 2.f / s->batch, d);
  totals[ENTRIES] += e->count[row];
  for (int i = e->start[row]; i < e->start[row] + e->count[row]; i++) totals[L1] += e->value[i];
  add_scaled(s->error_sum + (size_t)part * d, 1, error, d);
  back_to_pre(s, e, row, error, s->l1, hist);
}

// auxk ‖e − ê‖² with e = x − x̂ held constant: dL/dê = 2/B auxk (ê − e)
static void aux_row(const State *s, const Entries *e, int row, int part, int *hist) {
  const int d = s->d_in;
  float *error = s->error + (size_t)(s->batch + row) * d;
  decode_row(s, e, row, 0, error);
  add_scaled(error, s->batch / 2.f, s->error + (size_t)row * d, d); // the row's own error is 2/B (−e)
  totals_of(s, part)[AUX_SQUARED_ERROR] += square_and_scale(error, s->auxk * 2.f / s->batch, d);
  back_to_pre(s, e, row, error, 0, hist);
}

static void clear_sums(State *s, int part) {
  if (s->accumulate) return;
  fill_zero(s->error_sum + (size_t)part * s->d_in, s->d_in);
  for (int i = 0; i < N_TOTALS; i++) totals_of(s, part)[i] = 0;
}

// Rows [first_row, last_row) that fall to this part.
static void rows_part(State *s, int part, int thread) {
  const int d = s->d_in, n = s->d_sae, height = rows_per_block(s);
  const Range range = share(s->first_row, s->last_row, 1, part);
  Block block = block_in(s, thread);
  const Candidates candidates = all_candidates(s), dead = dead_candidates(s);
  Entries entries = main_entries(s), aux = aux_entries(s);
  int *hist = s->cursor + (size_t)part * n, *aux_hist = hist + (size_t)PARTS * n;
  int used = 0, aux_used = 0;
  clear_sums(s, part);
  __builtin_memset(hist, 0, n * sizeof(int));
  if (s->n_dead) __builtin_memset(aux_hist, 0, n * sizeof(int));
  for (int first = range.first; first < range.last; first += height) {
    const int rows = range.last - first < height ? range.last - first : height;
    pack_rows(s, first, rows, block.packed);
    encode_block(&block, rows, d, &candidates);
    for (int r = 0; r < rows; r++) {
      if (!keep_row(&block, r, &entries, first + r, &used, part, 0)) {
        s->overflow = 1;
        return;
      }
      main_row(s, &entries, first + r, part, hist);
    }
    if (!s->n_dead) continue;
    encode_block(&block, rows, d, &dead);
    for (int r = 0; r < rows; r++) {
      keep_row(&block, r, &aux, first + r, &aux_used, part, s->dead);
      aux_row(s, &aux, first + r, part, aux_hist);
    }
  }
}

// The same without the way back: entries alone.
static void encode_part(State *s, int part, int thread) {
  const int height = rows_per_block(s);
  const Range range = share(s->first_row, s->last_row, 1, part);
  Block block = block_in(s, thread);
  const Candidates candidates = all_candidates(s);
  Entries entries = main_entries(s);
  int used = 0;
  for (int first = range.first; first < range.last; first += height) {
    const int rows = range.last - first < height ? range.last - first : height;
    pack_rows(s, first, rows, block.packed);
    encode_block(&block, rows, s->d_in, &candidates);
    for (int r = 0; r < rows; r++)
      if (!keep_row(&block, r, &entries, first + r, &used, part, 0)) {
        s->overflow = 1;
        return;
      }
  }
}

// x̂ of rows whose entries the host has written
static void decode_part(State *s, int part) {
  const Range range = share(s->first_row, s->last_row, 1, part);
  const Entries entries = main_entries(s);
  for (int row = range.first; row < range.last; row++)
    decode_row(s, &entries, row, s->b_dec, s->x_hat + (size_t)row * s->d_in);
}

// Panels of the dead features' encoder weights, for rows_part.
static void dead_panels_part(State *s, int part) {
  const Range range = share(0, s->n_dead, PANEL, part);
  for (int f = range.first; f < range.last; f += PANEL) {
    const int n = range.last - f < PANEL ? range.last - f : PANEL;
    pack_panel(s, s->dead + f, n, s->dead_panels + (size_t)f * s->d_in);
    for (int r = 0; r < PANEL; r++) s->dead_bias[f + r] = r < n ? s->b_enc[s->dead[f + r]] : -__builtin_inff();
  }
}
