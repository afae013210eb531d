// The skip connection of a transcoder, ŷ += x W_skip (Dunefsky et al. 2024, Paulo et al. 2025): beside the
// encoder's the one dense product of a step.
#pragma once
#include "update.h"

enum { OUTER_ROWS = 240 }; // rows of the batch whose outer products are added up at a time; ROWS divides it

static inline Range skip_rows(const State *s, int part) { return share(0, s->d_in, WIDE, part); }

static inline size_t skip_floats(const State *s) {
  return (size_t)OUTER_ROWS * (s->d_in / PARTS + 2 * WIDE + PANEL);
}

// dL/dW_skip = xᵀ dL/dŷ of the whole batch, for the rows of W_skip that fall to this part
static void skip_part(State *s, int part, int thread) {
  const Range range = skip_rows(s, part);
  const int height = range.last - range.first, d = s->d_out;
  if (height <= 0) return;
  float *quads = s->scratch + (size_t)thread * s->scratch_floats;
  float *panel = quads + (size_t)OUTER_ROWS * ((height + ROWS - 1) / ROWS * ROWS);
  float *gradient = s->g_W_skip + (size_t)range.first * d;
  __builtin_memset(gradient, 0, (size_t)height * d * sizeof(float));
  for (int row = 0; row < s->batch; row += OUTER_ROWS) {
    const int n = s->batch - row < OUTER_ROWS ? s->batch - row : OUTER_ROWS;
    for (int q = 0; q < height; q += ROWS)
      for (int i = 0; i < n; i++)
        for (int r = 0; r < ROWS; r++)
          quads[((size_t)q * n) + i * ROWS + r] =
              q + r < height ? s->x[(size_t)(row + i) * s->d_in + range.first + q + r] : 0;
    add_product(gradient, quads, height, error_row(s, 0, row), n, d, panel);
  }
  double squared = 0;
  for (int r = 0; r < height; r++) squared += dot(gradient + (size_t)r * d, gradient + (size_t)r * d, d);
  totals_of(s, part)[GRAD_SQUARED] += squared;
}

static void update_skip_part(State *s, int part) {
  const Range range = skip_rows(s, part);
  const size_t at = (size_t)range.first * s->d_out;
  if (range.last > range.first)
    adam(s, s->W_skip + at, s->m_W_skip + at, s->v_W_skip + at, s->g_W_skip + at, (range.last - range.first) * s->d_out);
}
