// What is done feature by feature: the entries are sorted by feature, so that one thread adds up all of a
// feature's gradient, and the [d_sae, d_in] gradients need not be written unless they are clipped.
#pragma once
#include "rows.h"

// Counting sort, first half (one thread): where each part's entries of each feature go.
static void offsets(State *s) {
  const int n = s->d_sae, parts = s->n_dead ? 2 * PARTS : PARTS;
  int at = 0;
  for (int f = 0; f < n; f++) {
    s->feature_start[f] = at;
    for (int p = 0; p < parts; p++) {
      int *cursor = s->cursor + (size_t)p * n + f;
      const int count = *cursor;
      if (p == 0 && !s->accumulate) s->fired[f] = 0;
      if (p < PARTS) s->fired[f] += count;
      *cursor = at;
      at += count;
    }
  }
  s->feature_start[n] = at;
}

static void scatter_row(const State *s, const Entries *e, int row, int error_row, int *cursor) {
  for (int i = e->start[row]; i < e->start[row] + e->count[row]; i++) {
    const int at = cursor[e->feature[i]]++;
    s->by_row[at] = error_row;
    s->by_value[at] = e->value[i];
    s->by_grad[at] = e->grad[i];
  }
}

// Second half: a feature's entries end up in the order of their rows.
static void scatter_part(State *s, int part) {
  const Range range = share(s->first_row, s->last_row, 1, part);
  const Entries entries = main_entries(s), aux = aux_entries(s);
  int *cursor = s->cursor + (size_t)part * s->d_sae;
  for (int row = range.first; row < range.last; row++) {
    scatter_row(s, &entries, row, row, cursor);
    if (s->n_dead) scatter_row(s, &aux, row, s->batch + row, cursor + (size_t)PARTS * s->d_sae);
  }
}

// The gradient of one feature's weights.
typedef struct {
  float *enc, *dec, *bias; // [d_in], [d_in], [1]
} Gradient;

static inline Gradient kept_gradient(const State *s, int f) {
  const size_t row = (size_t)f * s->d_in;
  return (Gradient){s->g_W_enc + row, s->g_W_dec + row, s->g_b_enc + f};
}

static inline void clear_gradient(const State *s, Gradient g) {
  fill_zero(g.enc, s->d_in);
  fill_zero(g.dec, s->d_in);
  *g.bias = 0;
}

// The same `vectors` vectors of both gradients, summed in registers over the entries [first, last).
INLINE void gather_span(const State *s, Gradient g, int first, int last, float bias, int c, const int vectors) {
  const int d = s->d_in;
  Vec dec[SPAN], enc[SPAN];
  UNROLL for (int u = 0; u < vectors; u++) {
    dec[u] = load(g.dec + c + u * LANES);
    enc[u] = load(g.enc + c + u * LANES) - splat(bias) * load(s->b_dec + c + u * LANES);
  }
  for (int i = first; i < last; i++) {
    const int row = s->by_row[i], x_row = row < s->batch ? row : row - s->batch;
    const float *error = s->error + (size_t)row * d + c, *x = s->x + (size_t)x_row * d + c;
    const Vec value = splat(s->by_value[i]), grad = splat(s->by_grad[i]);
    UNROLL for (int u = 0; u < vectors; u++) {
      dec[u] += value * load(error + u * LANES);
      enc[u] += grad * load(x + u * LANES);
    }
  }
  UNROLL for (int u = 0; u < vectors; u++) {
    store(g.dec + c + u * LANES, dec[u]);
    store(g.enc + c + u * LANES, enc[u]);
  }
}

// g_dec += Σ a dL/dx̂,  g_enc += Σ dL/dpre (x − b_dec),  g_bias += Σ dL/dpre, over the feature's entries
static void gather(const State *s, int f, Gradient g) {
  const int d = s->d_in, first = s->feature_start[f], last = s->feature_start[f + 1];
  if (first == last) return;
  float bias = 0;
  for (int i = first; i < last; i++) bias += s->by_grad[i];
  int c = 0;
  for (; c + SPAN * LANES <= d; c += SPAN * LANES) gather_span(s, g, first, last, bias, c, SPAN);
  for (; c < d; c += LANES) gather_span(s, g, first, last, bias, c, 1);
  *g.bias += bias;
}

// Once a feature's gradient is whole: its share of dL/db_dec = −Σ dL/dpre W_enc; what would change the
// length of its decoder row is removed; returns its squared norm.
static double finish_gradient(const State *s, int f, Gradient g, float *centre_grad) {
  const int d = s->d_in;
  const float *direction = s->W_dec + (size_t)f * d;
  add_scaled(centre_grad, -*g.bias, s->W_enc + (size_t)f * d, d);
  add_scaled(g.dec, -dot(g.dec, direction, d), direction, d);
  return (double)dot(g.enc, g.enc, d) + dot(g.dec, g.dec, d) + *g.bias * *g.bias;
}

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

static void update_feature(const State *s, int f, Gradient g) {
  const int d = s->d_in;
  const size_t row = (size_t)f * d;
  float *direction = s->W_dec + row;
  adam(s, s->W_enc + row, s->m_W_enc + row, s->v_W_enc + row, g.enc, d);
  adam(s, direction, s->m_W_dec + row, s->v_W_dec + row, g.dec, d);
  adam_scalar(s, s->b_enc + f, s->m_b_enc + f, s->v_b_enc + f, *g.bias);
  const Vec inverse_norm = splat(1 / __builtin_sqrtf(dot(direction, direction, d)));
  for (int i = 0; i < d; i += LANES) store(direction + i, load(direction + i) * inverse_norm);
}

// Whatever the panels' width is here: sums over a part must not depend on it.
static inline Range features_of(const State *s, int part) { return share(0, s->d_sae, PADDED_FEATURES, part); }

static void panels_part(State *s, int part) {
  const Range range = features_of(s, part);
  for (int f = range.first; f < range.last; f += PANEL) {
    int names[PANEL];
    for (int r = 0; r < PANEL; r++) names[r] = f + r;
    const int n = range.last - f < PANEL ? range.last - f : PANEL;
    pack_panel(s, names, n, s->panels + (size_t)f * s->d_in);
  }
}

// Without clipping: gradient and update of each feature in one go, the gradient only ever in scratch.
static void fused_part(State *s, int part, int thread) {
  const Range range = features_of(s, part);
  float *scratch = s->scratch + (size_t)thread * s->scratch_floats, bias;
  const Gradient g = {scratch, scratch + s->d_in, &bias};
  float *centre_grad = s->centre_grad + (size_t)part * s->d_in;
  fill_zero(centre_grad, s->d_in);
  for (int f = range.first; f < range.last; f++) {
    clear_gradient(s, g);
    gather(s, f, g);
    totals_of(s, part)[GRAD_SQUARED] += finish_gradient(s, f, g, centre_grad);
    update_feature(s, f, g);
  }
  panels_part(s, part);
}

// With clipping, or when the batch came in slices: gather (once a slice), finish, then update.
static void gather_part(State *s, int part) {
  const Range range = features_of(s, part);
  for (int f = range.first; f < range.last; f++) {
    const Gradient g = kept_gradient(s, f);
    if (!s->accumulate) clear_gradient(s, g);
    gather(s, f, g);
  }
}

static void finish_part(State *s, int part) {
  const Range range = features_of(s, part);
  float *centre_grad = s->centre_grad + (size_t)part * s->d_in;
  fill_zero(centre_grad, s->d_in);
  for (int f = range.first; f < range.last; f++)
    totals_of(s, part)[GRAD_SQUARED] += finish_gradient(s, f, kept_gradient(s, f), centre_grad);
}

static void update_part(State *s, int part) {
  const Range range = features_of(s, part);
  for (int f = range.first; f < range.last; f++) update_feature(s, f, kept_gradient(s, f));
  panels_part(s, part);
}

// One thread: adds up the parts in their order; dL/db_dec; by how much to clip.
static void reduce(State *s) {
  const int d = s->d_in;
  fill_zero(s->g_b_dec, d);
  for (int i = 0; i < N_TOTALS; i++) s->result[i] = 0;
  for (int p = 0; p < PARTS; p++) {
    add_scaled(s->g_b_dec, 1, s->error_sum + (size_t)p * d, d);
    add_scaled(s->g_b_dec, 1, s->centre_grad + (size_t)p * d, d);
    for (int i = 0; i < N_TOTALS; i++) s->result[i] += totals_of(s, p)[i];
  }
  s->result[GRAD_SQUARED] += dot(s->g_b_dec, s->g_b_dec, d);
  const float norm = __builtin_sqrt(s->result[GRAD_SQUARED]);
  s->grad_scale = s->clip_norm && norm > s->clip_norm ? s->clip_norm / norm : 1;
}

static void update_b_dec(State *s) { adam(s, s->b_dec, s->m_b_dec, s->v_b_dec, s->g_b_dec, s->d_in); }
