// What is done row by row after encoding: decode, and go back as far as the pre-activations.
//
// `error` holds one row of dL/dŷ per slot and row of the batch, from which the features' gradients are
// gathered. Slots: one for each nested dictionary, then GATED's with the decoder held constant, then that
// of the auxiliary loss.
#pragma once
#include "products.h"
#include "rules.h"

static inline int gate_slot(const State *s) { return s->n_groups; }
static inline int aux_slot(const State *s) { return s->n_groups + (s->rule == GATED); }

static inline float *error_row(const State *s, int slot, int row) {
  return s->error + ((size_t)slot * s->batch + row) * s->d_out;
}

static inline const float *target_row(const State *s, int row) {
  return (s->transcoder ? s->y : s->x) + (size_t)row * s->d_out;
}

static inline void scale_row(float *row, float by, int d) {
  for (int i = 0; i < d; i += LANES) store(row + i, load(row + i) * splat(by));
}

static inline float dL_dy(const State *s) { return 2.f / ((float)s->batch * s->n_groups); }

// error = b_dec (+ x W_skip), of rows [first, first + rows): what ŷ is where no feature is active
static void start_rows(const State *s, int first, int rows, float *scratch) {
  for (int row = first; row < first + rows; row++)
    __builtin_memcpy(error_row(s, 0, row), s->b_dec, s->d_out * sizeof(float));
  if (!s->skip) return;
  const size_t padded = (rows + ROWS - 1) / ROWS * ROWS;
  pack_rows(s, first, rows, scratch);
  add_product(error_row(s, 0, first), scratch, rows, s->W_skip, s->d_in, s->d_out, scratch + padded * s->d_in);
}

// Rows that start_rows is given at a time, and what scratch that takes.
enum { START_ROWS = 48 };
static inline size_t start_floats(const State *s) {
  return (size_t)(START_ROWS + ROWS + PANEL) * s->d_in;
}

// Pre-activations of a row become activations.
static void activate_row(const State *s, const Entries *e, int row) {
  if (s->rule == RELU) return;
  for (int i = e->start[row]; i < e->start[row] + e->count[row]; i++) {
    e->extra[i] = e->value[i];
    e->value[i] = activation(s, e->feature[i], e->extra[i]);
  }
}

// With ŷ_g the decoding of the groups up to g, of G:  (1/G) Σ_g ‖y − ŷ_g‖². A feature of group j is in all
// ŷ_g from j on: slot j is the sum of dL/dŷ_g = 2/(nG) (ŷ_g − y) over them (Bussmann et al. 2025).
static void errors_of_row(const State *s, const Entries *e, int row, double *totals) {
  const int d = s->d_out, last = s->n_groups - 1, end = e->start[row] + e->count[row];
  int first = e->start[row];
  for (int g = 0; g <= last; g++) {
    float *error = error_row(s, g, row);
    int i = first;
    while (i < end && e->feature[i] < s->group_end[g]) i++;
    add_rows(error, error_row(s, g ? g - 1 : 0, row), s->W_dec, e->feature, e->value, first, i, d);
    totals[SQUARED_ERROR] += dot(error, error, d);
    first = i;
  }
  for (int g = last; g >= 0; g--) {
    scale_row(error_row(s, g, row), dL_dy(s), d);
    if (g < last) add_scaled(error_row(s, g, row), 1, error_row(s, g + 1, row), d);
  }
}

// ‖y − ŷ(relu(pre))‖² of GATED, given slot 0 before anything was decoded
static void gate_error_of_row(const State *s, const Entries *e, int row, double *totals) {
  float *error = error_row(s, gate_slot(s), row);
  const int first = e->start[row], last = first + e->count[row], d = s->d_out;
  add_rows(error, error_row(s, 0, row), s->W_dec, e->feature, e->extra, first, last, d);
  totals[GATE_SQUARED_ERROR] += dot(error, error, d);
  scale_row(error, dL_dy(s), d);
}

static inline void count_activation(float a, Penalty penalty, double *totals) {
  totals[PENALTY] += penalty.value;
  if (!(a > 0)) return;
  totals[ACTIVE]++;
  if (a < totals[SMALLEST]) totals[SMALLEST] = a;
}

// dL/da = dL/dŷ · d_f, and from there back
static void back_to_pre(const State *s, const Entries *e, int row, double *totals, int *hist) {
  const int d = s->d_out;
  int g = 0;
  for (int i = e->start[row]; i < e->start[row] + e->count[row]; i++) {
    const int f = e->feature[i];
    const float *direction = s->W_dec + (size_t)f * d, a = e->value[i], pre = e->extra ? e->extra[i] : a;
    while (f >= s->group_end[g]) g++;
    const Penalty penalty = penalty_of(s, a, pre, norm_of(s, f));
    const float gate = s->rule == GATED ? dot(error_row(s, gate_slot(s), row), direction, d) : 0;
    const Back back = back_through(s, f, pre, a, dot(error_row(s, g, row), direction, d), gate, penalty);
    e->grad[i] = back.grad;
    if (e->extra) e->extra[i] = back.extra;
    count_activation(a, penalty, totals);
    hist[f]++;
  }
}

// auxk ‖e − ê‖² with e = y − ŷ held constant: dL/dê = 2/n auxk (ê − e)
static void aux_row(const State *s, const Entries *e, int row, double *totals, int *hist) {
  const int d = s->d_out, first = e->start[row], last = first + e->count[row];
  float *error = error_row(s, aux_slot(s), row);
  add_rows(error, 0, s->W_dec, e->feature, e->value, first, last, d);
  add_scaled(error, 1 / dL_dy(s), error_row(s, s->n_groups - 1, row), d); // that slot is 2/(nG) (−e)
  totals[AUX_SQUARED_ERROR] += dot(error, error, d);
  scale_row(error, s->auxk * 2.f / s->batch, d);
  for (int i = first; i < last; i++) {
    e->grad[i] = dot(error, s->W_dec + (size_t)e->feature[i] * d, d);
    hist[e->feature[i]]++;
  }
}

static inline int *hist_of(const State *s, int list, int part) {
  return s->cursor + ((size_t)list * PARTS + part) * s->d_sae;
}

static void clear_sums(State *s, int part) {
  __builtin_memset(hist_of(s, 0, part), 0, s->d_sae * sizeof(int));
  if (s->n_dead) __builtin_memset(hist_of(s, 1, part), 0, s->d_sae * sizeof(int));
  if (s->accumulate) return;
  fill_zero(s->error_sum + (size_t)part * s->d_out, s->d_out);
  for (int i = 0; i < N_TOTALS; i++) totals_of(s, part)[i] = 0;
  totals_of(s, part)[SMALLEST] = __builtin_inf();
}

// Encoded rows [first_row, last_row) that fall to this part, decoded and back.
static void back_part(State *s, int part, int thread) {
  const Range range = rows_of(s, part);
  const Entries entries = main_entries(s), aux = aux_entries(s);
  double *totals = totals_of(s, part);
  float *scratch = s->scratch + (size_t)thread * s->scratch_floats;
  clear_sums(s, part);
  for (int row = range.first; row < range.last; row++) {
    if ((row - range.first) % START_ROWS == 0)
      start_rows(s, row, range.last - row < START_ROWS ? range.last - row : START_ROWS, scratch);
    add_scaled(error_row(s, 0, row), -1, target_row(s, row), s->d_out);
    activate_row(s, &entries, row);
    if (s->rule == GATED) gate_error_of_row(s, &entries, row, totals);
    errors_of_row(s, &entries, row, totals);
    add_scaled(s->error_sum + (size_t)part * s->d_out, 1, error_row(s, 0, row), s->d_out);
    back_to_pre(s, &entries, row, totals, hist_of(s, 0, part));
    if (s->n_dead) aux_row(s, &aux, row, totals, hist_of(s, 1, part));
  }
}

// ŷ of encoded rows, or of rows whose entries the host has written, into `error`
static void decode_part(State *s, int part, int thread) {
  const Range range = rows_of(s, part);
  const Entries e = main_entries(s);
  float *scratch = s->scratch + (size_t)thread * s->scratch_floats;
  for (int row = range.first; row < range.last; row++) {
    if ((row - range.first) % START_ROWS == 0)
      start_rows(s, row, range.last - row < START_ROWS ? range.last - row : START_ROWS, scratch);
    float *out = error_row(s, 0, row);
    add_rows(out, out, s->W_dec, e.feature, e.value, e.start[row], e.start[row] + e.count[row], s->d_out);
  }
}

// Pre-activations become activations; what comes out at 0 stays an entry.
static void activate_part(State *s, int part) {
  const Range range = rows_of(s, part);
  const Entries e = main_entries(s);
  for (int row = range.first; row < range.last; row++) activate_row(s, &e, row);
}
