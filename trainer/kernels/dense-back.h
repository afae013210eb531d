// A dense slice from its errors to the gradients, group after group of features.
#pragma once
#include "dense.h"

static inline size_t dense_back_floats(const State *s) {
  return (size_t)GROUP * (s->d_out + 2 * OUTER_ROWS) + 2 * ROWS * GROUP + OUTER_ROWS * PANEL;
}

typedef struct {
  int first, count; // features
  float *panels;    // [GROUP / PANEL][d_out][PANEL] their rows of W_dec
  float *value;     // [GROUP / ROWS][OUTER_ROWS][ROWS] activations
  float *grad;      // likewise, dL/d(xc · W_enc)
  float *through;   // [ROWS, GROUP] dL/dŷ W_decᵀ
  float *gate;      // likewise, of GATED's second term
  float *panel;
  Sums sums[GROUP];
  double penalty[GROUP];
} Group;

// One row's activations of a group and their way back, into the row'th column of the packed matrices.
static void dense_back_row(const State *s, Group *g, int row, int r, int column, int n, double *totals) {
  const float *pre = dense_pre_row(s, g->first / GROUP, row);
  for (int j = 0; j < GROUP; j++) {
    const size_t at = (size_t)(j - j % ROWS) * n + column * ROWS + j % ROWS;
    const int f = g->first + j;
    g->value[at] = g->grad[at] = 0;
    if (j >= g->count || !(pre[j] > floor_of(s, f))) continue;
    const float a = activation(s, f, pre[j]);
    const Penalty penalty = penalty_of(s, a, pre[j], norm_of(s, f));
    const Back back = back_through(s, f, pre[j], a, g->through[r * GROUP + j], g->gate[r * GROUP + j], penalty);
    if (a > 0 && a < totals[SMALLEST]) totals[SMALLEST] = a;
    g->penalty[j] += penalty.value;
    Sums *sums = g->sums + j;
    sums->grad += back.grad;
    sums->extra += back.extra;
    sums->extra_value += back.extra * a;
    sums->penalty_stretch += penalty.stretch;
    sums->active += a > 0;
    g->value[at] = a;
    g->grad[at] = s->rule == GATED ? back.grad + s->gain[f] * back.extra : back.grad;
  }
}

// Adds to the gradients of a group what rows [first, first + n) have for them.
static void dense_back_rows(const State *s, Group *g, int first, int n, double *totals) {
  const int d = s->d_out;
  for (int q = 0; q < n; q += ROWS) {
    for (int j = 0; j < GROUP; j += PANEL) {
      multiply(error_quad(s, 0, first + q), g->panels + (size_t)j * d, d, g->through + j, GROUP);
      if (s->rule == GATED) multiply(error_quad(s, 1, first + q), g->panels + (size_t)j * d, d, g->gate + j, GROUP);
    }
    for (int r = 0; r < ROWS && q + r < n; r++) dense_back_row(s, g, first + q + r, r, q + r, n, totals);
  }
  add_product(s->g_W_dec + (size_t)g->first * d, g->value, g->count, error_row(s, 0, first), n, d, g->panel);
  add_product(s->g_W_enc + (size_t)g->first * s->d_in, g->grad, g->count, s->x + (size_t)first * s->d_in, n, s->d_in,
              g->panel);
}

// Feature by feature, so that nothing depends on how many are in a group.
static void finish_group(State *s, const Group *g, int part) {
  for (int j = 0; j < g->count; j++) {
    const Gradient gradient = kept_gradient(s, g->first + j);
    const float total = add_sums(s, g->first + j, gradient, g->sums[j]);
    centre_gradient(s, g->first + j, gradient, total, centre_of(s, part));
    totals_of(s, part)[PENALTY] += g->penalty[j];
    totals_of(s, part)[ACTIVE] += g->sums[j].active;
  }
}

// The gradients that the slice has for the features of this part.
static void dense_back_part(State *s, int part, int thread) {
  const Range range = share(0, s->d_sae, DENSE_TILE, part);
  Group g = {.panels = s->scratch + (size_t)thread * s->scratch_floats};
  g.value = g.panels + (size_t)GROUP * s->d_out;
  g.grad = g.value + (size_t)GROUP * OUTER_ROWS;
  g.through = g.grad + (size_t)GROUP * OUTER_ROWS;
  g.gate = g.through + ROWS * GROUP;
  g.panel = g.gate + ROWS * GROUP;
  clear_centre(s, part);
  for (g.first = range.first; g.first < range.last; g.first += GROUP) {
    g.count = range.last - g.first < GROUP ? range.last - g.first : GROUP;
    __builtin_memset(g.sums, 0, sizeof g.sums);
    __builtin_memset(g.penalty, 0, sizeof g.penalty);
    for (int j = 0; j < g.count && !s->accumulate; j++) {
      clear_gradient(s, kept_gradient(s, g.first + j));
      s->fired[g.first + j] = 0;
    }
    for (int j = 0; j < GROUP; j += PANEL)
      pack_panel(s->W_dec + (size_t)(g.first + j) * s->d_out, g.count - j, s->d_out, g.panels + (size_t)j * s->d_out);
    for (int row = s->first_row; row < s->last_row; row += OUTER_ROWS) {
      const int n = s->last_row - row < OUTER_ROWS ? s->last_row - row : OUTER_ROWS;
      dense_back_rows(s, &g, row, n, totals_of(s, part));
    }
    finish_group(s, &g, part);
  }
}
