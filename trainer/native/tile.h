// The register tile of a product: TILE_ROWS rows by PANEL columns are summed without leaving the registers.
#pragma once
#include "vector.h"

enum {
  TILE_ROWS = 6, // with 4 vectors of columns 24 sums fill 32 registers best, with 2 vectors 12 fill 16
  PANEL = TILE_VECTORS * LANES,
  STEP = 16, // depth at which rows lie together
  LINE = 16, // floats of a cache line
  AHEAD = PANEL > LINE ? PANEL : LINE
};

typedef Vec Tile[TILE_ROWS][TILE_VECTORS];

INLINE void clear_tile(Tile sum) {
  UNROLL for (int r = 0; r < TILE_ROWS; r++) UNROLL for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = splat(0);
}

// Rows are packed [depth / STEP][TILE_ROWS][STEP], so that all of a step is at fixed distances from one pointer.
INLINE size_t row_place(size_t i) { return i / STEP * (TILE_ROWS * STEP) + i % STEP; }

// sum += rows · panel, the panel [depth][PANEL]; depth is a multiple of STEP. Meanwhile `ahead`, AHEAD floats for
// each STEP, comes nearer: what will be read next.
INLINE void multiply_tile(const float *restrict rows, const float *restrict panel, size_t depth, const float *ahead,
                          Tile sum) {
  for (size_t i = 0; i < depth; i += STEP, rows += TILE_ROWS * STEP, panel += STEP * PANEL, ahead += AHEAD) {
    UNROLL for (int line = 0; line < AHEAD; line += LINE) __builtin_prefetch(ahead + line, 0, 2);
    _Pragma("GCC unroll 4") for (int s = 0; s < STEP; s++) {
      Vec p[TILE_VECTORS];
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) p[v] = load(panel + s * PANEL + v * LANES);
      UNROLL for (int r = 0; r < TILE_ROWS; r++) {
        const Vec a = splat(rows[r * STEP + s]);
        UNROLL for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] += a * p[v];
      }
    }
  }
}

// Row r of a packed group, with zeros up to a multiple of STEP
INLINE void pack_row(float *to, int r, const float *from, size_t width) {
  to += r * STEP;
  size_t i = 0;
  for (; i + STEP <= width; i += STEP)
    UNROLL for (int s = 0; s < STEP; s += LANES) store(to + row_place(i) + s, load(from + i + s));
  for (; i < round_up(width, STEP); i += LANES) store(to + row_place(i), i < width ? load_first(from + i, width - i) : splat(0));
}

INLINE void pack_zero_row(float *to, int r, size_t width) {
  for (size_t i = 0; i < round_up(width, STEP); i++) to[r * STEP + row_place(i)] = 0;
}
