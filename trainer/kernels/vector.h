// Four floats at a time, and the few operations the kernels are written in.
#pragma once
#include <stddef.h>
#include <wasm_simd128.h>

enum { LANES = 4 };
typedef float Vec __attribute__((vector_size(16)));
typedef float VecUnaligned __attribute__((vector_size(16), aligned(4), may_alias));

#define UNROLL _Pragma("clang loop unroll(full)")

static inline Vec load(const float *p) { return *(const VecUnaligned *)p; }
static inline void store(float *p, Vec v) { *(VecUnaligned *)p = v; }
static inline Vec splat(float x) { return (Vec){x, x, x, x}; }
static inline float sum_lanes(Vec v) { return (v[0] + v[1]) + (v[2] + v[3]); }
static inline Vec square_root(Vec v) { return (Vec)wasm_f32x4_sqrt((v128_t)v); }

// One bit per lane in which a > b; a NaN gives 0.
static inline unsigned greater_mask(Vec a, Vec b) {
  return wasm_i32x4_bitmask(wasm_f32x4_gt((v128_t)a, (v128_t)b));
}

// Every width below is a multiple of WIDE: rows are padded with zeros to it.
enum { WIDE = 4 * LANES };

static inline float dot(const float *a, const float *b, int d) {
  Vec sum[4] = {{0}};
  for (int i = 0; i < d; i += WIDE)
    UNROLL for (int u = 0; u < 4; u++)
      sum[u] += load(a + i + u * LANES) * load(b + i + u * LANES);
  return sum_lanes((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

// y += a * x
static inline void add_scaled(float *y, float a, const float *x, int d) {
  for (int i = 0; i < d; i += LANES) store(y + i, load(y + i) + splat(a) * load(x + i));
}

static inline void fill_zero(float *y, int d) {
  for (int i = 0; i < d; i += LANES) store(y + i, splat(0));
}
