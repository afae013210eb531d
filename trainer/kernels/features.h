// What is done feature by feature: gather the gradient of its weights from its entries. The [d_sae, d_in]
// gradients need not be written as a whole unless they are clipped.
#pragma once
#include "sort.h"

// The gradient of one feature's weights.
typedef struct {
  float *enc, *dec;                          // [d_in], [d_out]
  float *b_enc, *threshold, *r_mag, *b_mag;  // [1]
} Gradient;

static inline Gradient kept_gradient(const State *s, int f) {
  return (Gradient){s->g_W_enc + (size_t)f * s->d_in, s->g_W_dec + (size_t)f * s->d_out,
                    s->g_b_enc + f, s->g_threshold + f, s->g_r_mag + f, s->g_b_mag + f};
}

static inline void clear_gradient(const State *s, Gradient g) {
  fill_zero(g.enc, s->d_in);
  fill_zero(g.dec, s->d_out);
  *g.b_enc = 0;
  if (s->rule == JUMPRELU) *g.threshold = 0;
  if (s->rule == GATED) *g.r_mag = *g.b_mag = 0;
}

static inline int slot_of(const State *s, int f) {
  int g = 0;
  while (f >= s->group_end[g]) g++;
  return g;
}

// Sums over the entries of a feature.
typedef struct {
  float grad, extra, extra_value, penalty_stretch;
  int active;
} Sums;

static Sums sum_entries(const State *s, int f, int first, int aux, int last) {
  Sums sums = {0};
  for (int i = first; i < last; i++) sums.grad += s->by_grad[i];
  for (int i = first; i < aux; i++) sums.active += s->by_value[i] > 0;
  if (s->rule != RELU)
    for (int i = first; i < aux; i++) {
      sums.extra += s->by_extra[i];
      sums.extra_value += s->by_extra[i] * s->by_value[i];
    }
  if (s->free_norm && s->penalty)
    for (int i = first; i < aux; i++)
      sums.penalty_stretch += penalty_of(s, s->by_value[i], s->by_value[i], s->norm[f]).stretch;
  return sums;
}

// The gradients of a feature's single numbers, and of its direction through ‖d_f‖. Returns Σ dL/d(xc · W_enc):
// with magnitudes rescaled, dL/dr_mag = Σ exp(r_mag) dL/da (pre − b_enc) = Σ dL/da (a − b_mag).
static float add_sums(const State *s, int f, Gradient g, Sums sums) {
  *g.b_enc += sums.grad;
  s->fired[f] += sums.active;
  if (s->rule == JUMPRELU) *g.threshold += sums.extra;
  if (s->free_norm)
    add_scaled(g.dec, s->sparsity * sums.penalty_stretch / s->norm[f], s->W_dec + (size_t)f * s->d_out, s->d_out);
  if (s->rule != GATED) return sums.grad;
  *g.b_mag += sums.extra;
  *g.r_mag += sums.extra_value - s->b_mag[f] * sums.extra;
  return sums.grad + s->gain[f] * sums.extra;
}

static inline float *centre_of(const State *s, int part) { return s->centre_grad + (size_t)part * s->d_out; }

// xc = x − b_dec: what is summed over x is brought to xc, and b_dec has its share, dL/db_dec = −Σ dL/dxc
static inline void centre_gradient(const State *s, int f, Gradient g, float total, float *centre) {
  if (s->transcoder) return;
  add_scaled(g.enc, -total, s->b_dec, s->d_in);
  add_scaled(centre, -total, s->W_enc + (size_t)f * s->d_in, s->d_in);
}

// g_dec += Σ a dL/dŷ,  g_enc += Σ dL/dpre xc,  and so on, over the feature's entries
static void gather(const State *s, int f, Gradient g, float *centre) {
  const int first = s->feature_start[f], last = s->feature_start[f + 1];
  const int aux = s->n_dead ? s->feature_aux[f] : last;
  if (!s->accumulate) s->fired[f] = 0;
  if (first == last) return;
  const size_t slot = (size_t)s->batch * s->d_out;
  add_rows(g.dec, g.dec, s->error + slot_of(s, f) * slot, s->by_row, s->by_value, first, aux, s->d_out);
  if (aux < last) add_rows(g.dec, g.dec, s->error + aux_slot(s) * slot, s->by_row, s->by_value, aux, last, s->d_out);
  const float total = add_sums(s, f, g, sum_entries(s, f, first, aux, last));
  if (s->rule == GATED)
    for (int i = first; i < aux; i++) s->by_grad[i] += s->gain[f] * s->by_extra[i];
  centre_gradient(s, f, g, total, centre);
  add_rows(g.enc, g.enc, s->x, s->by_row, s->by_grad, first, last, s->d_in);
}

// Once a feature's gradient is whole: what would change the length of its decoder row is removed, unless it
// may change; returns the squared norm.
static double finish_gradient(const State *s, int f, Gradient g) {
  const float *direction = s->W_dec + (size_t)f * s->d_out;
  if (!s->free_norm) add_scaled(g.dec, -dot(g.dec, direction, s->d_out), direction, s->d_out);
  double squared = (double)dot(g.enc, g.enc, s->d_in) + dot(g.dec, g.dec, s->d_out) + *g.b_enc * *g.b_enc;
  if (s->rule == JUMPRELU) squared += *g.threshold * *g.threshold;
  if (s->rule == GATED) squared += *g.r_mag * *g.r_mag + *g.b_mag * *g.b_mag;
  return squared;
}
