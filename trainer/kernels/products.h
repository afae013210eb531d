// Products of sparse and of dense matrices, in tiles of registers.
#pragma once
#include "entries.h"

enum { SPAN = LANES == 4 ? 4 : 8 }; // vectors of a row that are summed in registers at once

// `vectors` vectors of add_rows, from column c on
INLINE void add_span(float *out, const float *from, const float *matrix, const int *row, const float *weight,
                     int first, int last, int d, int c, const int vectors) {
  Vec sum[SPAN];
  UNROLL for (int u = 0; u < vectors; u++) sum[u] = from ? load(from + c + u * LANES) : splat(0);
  for (int i = first; i < last; i++) {
    const float *m = matrix + (size_t)row[i] * d + c;
    const Vec w = splat(weight[i]);
    UNROLL for (int u = 0; u < vectors; u++) sum[u] += w * load(m + u * LANES);
  }
  UNROLL for (int u = 0; u < vectors; u++) store(out + c + u * LANES, sum[u]);
}

// out[d] = from[d] + Σ weight[i] · matrix[row[i]], i in [first, last); `from` may be 0, or `out` itself
static void add_rows(float *out, const float *from, const float *matrix, const int *row, const float *weight,
                     int first, int last, int d) {
  int c = 0;
  for (; c + SPAN * LANES <= d; c += SPAN * LANES) add_span(out, from, matrix, row, weight, first, last, d, c, SPAN);
  for (; c < d; c += LANES) add_span(out, from, matrix, row, weight, first, last, d, c, 1);
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

// out[rows, width] += A[rows, n] · B[n, width]. A comes in quads: [rows / ROWS][n][ROWS]; B and out are
// row-major without gaps. `panel` has room for n · PANEL floats.
static void add_product(float *out, const float *quads, int rows, const float *B, int n, int width, float *panel) {
  float tile[ROWS * PANEL];
  for (int c = 0; c < width; c += PANEL) {
    const int columns = width - c < PANEL ? width - c : PANEL;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < columns; j += LANES) store(panel + (size_t)i * PANEL + j, load(B + (size_t)i * width + c + j));
    for (int q = 0; q < rows; q += ROWS) {
      multiply(quads + (size_t)q * n, panel, n, tile, PANEL);
      const int height = rows - q < ROWS ? rows - q : ROWS;
      for (int r = 0; r < height; r++) {
        float *to = out + (size_t)(q + r) * width + c;
        for (int j = 0; j < columns; j += LANES) store(to + j, load(to + j) + load(tile + r * PANEL + j));
      }
    }
  }
}
