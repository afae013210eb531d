// Adam, and the order in which gradients are made whole, clipped and applied.
#pragma once
#include "features.h"

// Kingma and Ba 2015: w −= lr m̂ / (√v̂ + ε), the gradient first scaled by clipping
static void adam(const State *s, float *restrict w, float *restrict m, float *restrict v,
                 const float *restrict grad, int n) {
  const Vec beta1 = splat(s->beta1), beta2 = splat(s->beta2), scale = splat(s->grad_scale);
  const Vec rest1 = splat(1 - s->beta1), rest2 = splat(1 - s->beta2);
  const Vec rate = splat(s->lr / s->correction1), unbias2 = splat(1 / s->correction2);
  const Vec epsilon = splat(s->epsilon);
  for (int i = 0; i < n; i += LANES) {
    const Vec g = load(grad + i) * scale;
    const Vec mean = beta1 * load(m + i) + rest1 * g;
    const Vec square = beta2 * load(v + i) + rest2 * (g * g);
    store(m + i, mean);
    store(v + i, square);
    store(w + i, load(w + i) - rate * mean / (square_root(square * unbias2) + epsilon));
  }
}

// The same for one number.
static void adam_scalar(const State *s, float *w, float *m, float *v, float grad) {
  float padded[4][LANES] = {{*w}, {*m}, {*v}, {grad}};
  adam(s, padded[0], padded[1], padded[2], padded[3], LANES);
  *w = padded[0][0];
  *m = padded[1][0];
  *v = padded[2][0];
}

// What other numbers of a feature are made of its weights.
static void derive(State *s, int f) {
  const float *direction = s->W_dec + (size_t)f * s->d_out;
  put_feature(s->W_enc + (size_t)f * s->d_in, s->b_enc[f], s->d_in, f, s->quants, s->quant_scale, s->bias_bound);
  if (s->rule == JUMPRELU) s->floor[f] = s->threshold[f] - s->bandwidth / 2;
  if (s->rule == GATED) s->gain[f] = (float)exponential(s->r_mag[f]);
  if (s->free_norm) s->norm[f] = __builtin_sqrtf(dot(direction, direction, s->d_out));
}

// Adam moves the logarithm of a threshold.
static void update_threshold(const State *s, int f, float grad) {
  float moved = 0;
  adam_scalar(s, &moved, s->m_threshold + f, s->v_threshold + f, grad);
  s->threshold[f] *= (float)exponential(moved);
}

static void update_feature(State *s, int f, Gradient g) {
  const int d_in = s->d_in, d_out = s->d_out;
  const size_t in = (size_t)f * d_in, out = (size_t)f * d_out;
  float *direction = s->W_dec + out;
  adam(s, s->W_enc + in, s->m_W_enc + in, s->v_W_enc + in, g.enc, d_in);
  adam(s, direction, s->m_W_dec + out, s->v_W_dec + out, g.dec, d_out);
  adam_scalar(s, s->b_enc + f, s->m_b_enc + f, s->v_b_enc + f, *g.b_enc);
  if (s->rule == JUMPRELU) update_threshold(s, f, *g.threshold);
  if (s->rule == GATED) {
    adam_scalar(s, s->r_mag + f, s->m_r_mag + f, s->v_r_mag + f, *g.r_mag);
    adam_scalar(s, s->b_mag + f, s->m_b_mag + f, s->v_b_mag + f, *g.b_mag);
  }
  if (!s->free_norm) scale_row(direction, 1 / __builtin_sqrtf(dot(direction, direction, d_out)), d_out);
  derive(s, f);
}

// After the host has written weights.
static void derive_part(State *s, int part) {
  const Range range = features_of(s, part);
  for (int f = range.first; f < range.last; f++) derive(s, f);
  for (int f = range.last; f % PADDED_FEATURES; f++) s->bias_bound[f] = -__builtin_inff();
}

static void clear_centre(const State *s, int part) {
  if (!s->accumulate) fill_zero(centre_of(s, part), s->d_out);
}

// Without clipping: gradient and update of each feature in one go, the gradient only ever in scratch.
static void fused_part(State *s, int part, int thread) {
  const Range range = features_of(s, part);
  float *scratch = s->scratch + (size_t)thread * s->scratch_floats, numbers[4];
  const Gradient g = {scratch, scratch + s->d_in, numbers, numbers + 1, numbers + 2, numbers + 3};
  clear_centre(s, part);
  for (int f = range.first; f < range.last; f++) {
    clear_gradient(s, g);
    gather(s, f, g, centre_of(s, part));
    totals_of(s, part)[GRAD_SQUARED] += finish_gradient(s, f, g);
    update_feature(s, f, g);
  }
}

// With clipping, or when the batch came in slices: gather (once a slice), finish, then update.
static void gather_part(State *s, int part) {
  const Range range = features_of(s, part);
  clear_centre(s, part);
  for (int f = range.first; f < range.last; f++) {
    const Gradient g = kept_gradient(s, f);
    if (!s->accumulate) clear_gradient(s, g);
    gather(s, f, g, centre_of(s, part));
  }
}

static void finish_part(State *s, int part) {
  const Range range = features_of(s, part);
  for (int f = range.first; f < range.last; f++)
    totals_of(s, part)[GRAD_SQUARED] += finish_gradient(s, f, kept_gradient(s, f));
}

static void update_part(State *s, int part) {
  const Range range = features_of(s, part);
  for (int f = range.first; f < range.last; f++) update_feature(s, f, kept_gradient(s, f));
}

// One thread: adds up the parts in their order; dL/db_dec; by how much to clip.
static void reduce(State *s) {
  const int d = s->d_out;
  fill_zero(s->g_b_dec, d);
  for (int i = 0; i < N_TOTALS; i++) s->result[i] = 0;
  double smallest = __builtin_inf();
  for (int p = 0; p < PARTS; p++) {
    const double *totals = totals_of(s, p);
    add_scaled(s->g_b_dec, 1, s->error_sum + (size_t)p * d, d);
    if (!s->transcoder) add_scaled(s->g_b_dec, 1, centre_of(s, p), d);
    for (int i = 0; i < SMALLEST; i++) s->result[i] += totals[i];
    if (totals[SMALLEST] < smallest) smallest = totals[SMALLEST];
  }
  s->result[SMALLEST] = s->result[ACTIVE] ? smallest : 0;
  s->result[GRAD_SQUARED] += dot(s->g_b_dec, s->g_b_dec, d);
  const float norm = (float)__builtin_sqrt(s->result[GRAD_SQUARED]);
  s->grad_scale = s->clip_norm && norm > s->clip_norm ? s->clip_norm / norm : 1;
}

static void update_b_dec(State *s) { adam(s, s->b_dec, s->m_b_dec, s->v_b_dec, s->g_b_dec, s->d_out); }
