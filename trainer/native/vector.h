// As many floats at a time as the instruction set holds, and the few operations the kernels are written in.
// Each of variant-*.c is compiled for one instruction set and sees its own widths here.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define LANES 16
#define TILE_VECTORS 4
#elif defined(__AVX2__)
#include <immintrin.h>
#define LANES 8
#define TILE_VECTORS 2
#elif defined(__aarch64__)
#define LANES 4
#define TILE_VECTORS 4
#else
#define LANES 4
#define TILE_VECTORS 2
#endif

typedef float Vec __attribute__((vector_size(LANES * 4)));
typedef float VecUnaligned __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t Ints __attribute__((vector_size(LANES * 4)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

INLINE size_t parts_of(size_t n, size_t size) { return (n + size - 1) / size; }
INLINE size_t round_up(size_t n, size_t step) { return parts_of(n, step) * step; }
INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

INLINE Vec load(const float *p) { return *(const VecUnaligned *)p; }
INLINE void store(float *p, Vec v) { *(VecUnaligned *)p = v; }
INLINE Vec splat(float x) { return x - (Vec){0}; }

// The first n floats, at most LANES, and zeros after them. Where n is small and varies, memcpy is slow.
INLINE Vec load_first(const float *p, size_t n) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_loadu_ps((__mmask16)((1u << least(n, LANES)) - 1), p);
#else
  if (n >= LANES) return load(p);
  float lanes[LANES];
  UNROLL for (size_t i = 0; i < LANES; i++) lanes[i] = i < n ? p[i] : 0;
  return load(lanes);
#endif
}

INLINE void store_first(float *p, Vec v, size_t n) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << least(n, LANES)) - 1), (__m512)v);
#else
  if (n >= LANES) {
    store(p, v);
    return;
  }
  float lanes[LANES];
  store(lanes, v);
  UNROLL for (size_t i = 0; i < LANES; i++)
    if (i < n) p[i] = lanes[i];
#endif
}

INLINE void copy(float *to, const float *from, size_t n) {
  for (size_t i = 0; i < n; i += LANES) store_first(to + i, load_first(from + i, n - i), n - i);
}

INLINE Vec choose(Ints mask, Vec yes, Vec no) { return (Vec)((mask & (Ints)yes) | (~mask & (Ints)no)); }

// A NaN in `a` gives b.
INLINE Vec larger(Vec a, Vec b) {
#if defined(__AVX512F__)
  return (Vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
  return choose(a > b, a, b);
#endif
}

INLINE Vec smaller(Vec a, Vec b) {
#if defined(__AVX512F__)
  return (Vec)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Vec)_mm256_min_ps((__m256)a, (__m256)b);
#else
  return choose(a < b, a, b);
#endif
}

INLINE float sum_lanes(Vec v) {
  float lanes[LANES];
  store(lanes, v);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

INLINE float largest_lane(Vec v) {
  float lanes[LANES];
  store(lanes, v);
  float most = lanes[0];
  for (int i = 1; i < LANES; i++) most = lanes[i] > most ? lanes[i] : most;
  return most;
}
