// A few floats at a time, as many as the instruction set holds, and the operations the kernels are written in.
//
// Every instruction set gives the same bytes: products are rounded before they are added (the builds switch off fused
// multiply-add), and a sum over numbers runs in WIDE sums side by side that are then added by halves, however many of
// them lie in one vector.
#pragma once
#include <stddef.h>
#if defined(__wasm__)
#include <wasm_simd128.h>
#elif defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

typedef float Vec __attribute__((vector_size(4 * LANES)));
typedef float VecUnaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int Ints __attribute__((vector_size(4 * LANES)));
typedef int IntsUnaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

// Every width is a multiple of WIDE: rows are padded with zeros to it.
enum { WIDE = 16, WIDE_VECTORS = WIDE / LANES };

INLINE Vec load(const float *p) { return *(const VecUnaligned *)p; }
INLINE void store(float *p, Vec v) { *(VecUnaligned *)p = v; }
INLINE Ints load_ints(const int *p) { return *(const IntsUnaligned *)p; }
INLINE void store_ints(int *p, Ints v) { *(IntsUnaligned *)p = v; }

#if LANES == 16
#define EVERY_LANE(x) {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}
#define LANE_NUMBERS {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
#elif LANES == 8
#define EVERY_LANE(x) {x, x, x, x, x, x, x, x}
#define LANE_NUMBERS {0, 1, 2, 3, 4, 5, 6, 7}
#else
#define EVERY_LANE(x) {x, x, x, x}
#define LANE_NUMBERS {0, 1, 2, 3}
#endif

INLINE Vec splat(float x) { return (Vec)EVERY_LANE(x); }
INLINE Ints splat_int(int x) { return (Ints)EVERY_LANE(x); }

// A comparison of vectors, a > b, has all bits of a lane set where it holds; a NaN compares as false.
INLINE Vec choose(Ints mask, Vec yes, Vec no) { return (Vec)((mask & (Ints)yes) | (~mask & (Ints)no)); }
INLINE Vec larger(Vec a, Vec b) { return choose(a > b, a, b); }  // b where a is NaN
INLINE Vec smaller(Vec a, Vec b) { return choose(a < b, a, b); } // likewise
INLINE Vec magnitude(Vec v) { return (Vec)((Ints)v & splat_int(0x7fffffff)); }

INLINE Vec square_root(Vec v) {
#if defined(__wasm__)
  return (Vec)wasm_f32x4_sqrt((v128_t)v);
#elif LANES == 16
  return (Vec)_mm512_sqrt_ps((__m512)v);
#elif LANES == 8
  return (Vec)_mm256_sqrt_ps((__m256)v);
#elif defined(__x86_64__)
  return (Vec)_mm_sqrt_ps((__m128)v);
#else
  UNROLL for (int lane = 0; lane < LANES; lane++) v[lane] = __builtin_sqrtf(v[lane]);
  return v;
#endif
}

// One bit per lane in which a > b; a NaN gives 0.
INLINE unsigned greater_mask(Vec a, Vec b) {
#if defined(__wasm__)
  return wasm_i32x4_bitmask((v128_t)(a > b));
#elif LANES == 16
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GT_OQ);
#elif LANES == 8
  return _mm256_movemask_ps((__m256)(a > b));
#elif defined(__x86_64__)
  return _mm_movemask_ps((__m128)(a > b));
#else
  const Ints bits = (a > b) & (Ints){1, 2, 4, 8};
  return (bits[0] | bits[1]) | (bits[2] | bits[3]);
#endif
}

// By halves: lane i and lane i + LANES / 2, and so on.
INLINE float sum_lanes(Vec v) {
#if LANES == 16
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256((__m512)v), _mm512_extractf32x8_ps((__m512)v, 1));
#elif LANES == 8
  const __m256 eight = (__m256)v;
#endif
#if LANES > 4
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
#elif defined(__x86_64__)
  const __m128 four = (__m128)v;
#endif
#if defined(__x86_64__)
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
#else
  return (v[0] + v[2]) + (v[1] + v[3]);
#endif
}

INLINE float largest_lane(Vec v) {
  float most = v[0];
  UNROLL for (int lane = 1; lane < LANES; lane++) most = v[lane] > most ? v[lane] : most;
  return most;
}

INLINE float smallest_lane(Vec v) {
  float least = v[0];
  UNROLL for (int lane = 1; lane < LANES; lane++) least = v[lane] < least ? v[lane] : least;
  return least;
}

// The WIDE sums side by side, added.
INLINE float sum_wide(const Vec *sum) {
#if LANES == 16
  return sum_lanes(sum[0]);
#elif LANES == 8
  return sum_lanes(sum[0] + sum[1]);
#else
  return sum_lanes((sum[0] + sum[2]) + (sum[1] + sum[3]));
#endif
}

enum { MAX_DOTS = 4 };

// Dot products of a with `count` others, a constant: side by side, so that no sum waits for itself.
INLINE void dots(const float *a, const float *const *b, const int count, int d, float *out) {
  Vec sum[MAX_DOTS][WIDE_VECTORS];
  UNROLL for (int j = 0; j < count; j++) UNROLL for (int u = 0; u < WIDE_VECTORS; u++) sum[j][u] = splat(0);
  for (int i = 0; i < d; i += WIDE)
    UNROLL for (int u = 0; u < WIDE_VECTORS; u++) {
      const Vec x = load(a + i + u * LANES);
      UNROLL for (int j = 0; j < count; j++) sum[j][u] += x * load(b[j] + i + u * LANES);
    }
  UNROLL for (int j = 0; j < count; j++) out[j] = sum_wide(sum[j]);
}

static inline float dot(const float *a, const float *b, int d) {
  float result;
  dots(a, &b, 1, d, &result);
  return result;
}

// Numbers that will be read soon.
static inline void prefetch(const float *p, int n) {
  for (int i = 0; i < n; i += 16) __builtin_prefetch(p + i);
}

// y += a * x
static inline void add_scaled(float *y, float a, const float *x, int d) {
  for (int i = 0; i < d; i += LANES) store(y + i, load(y + i) + splat(a) * load(x + i));
}

static inline void fill_zero(float *y, int d) {
  for (int i = 0; i < d; i += LANES) store(y + i, splat(0));
}

INLINE Ints lane_numbers(int first) { return (Ints)LANE_NUMBERS + splat_int(first); }

INLINE Vec to_floats(Ints v) { return __builtin_convertvector(v, Vec); }

// Whether to append no lanes costs less than a branch that is hard to predict.
enum { APPEND_ALWAYS = LANES == 16 };

// Appends those lanes of v and of `place` that `mask` names to lists of n; returns the new n. Up to LANES past it may
// be overwritten.
INLINE int append(float *values, int *places, int n, Vec v, Ints place, unsigned mask) {
#if LANES == 16
  _mm512_storeu_ps(values + n, _mm512_maskz_compress_ps(mask, (__m512)v));
  _mm512_storeu_si512(places + n, _mm512_maskz_compress_epi32(mask, (__m512i)place));
  return n + __builtin_popcount(mask);
#else
  UNROLL for (int lane = 0; lane < LANES; lane++) { // what is not named is written over by the next
    values[n] = v[lane];
    places[n] = place[lane];
    n += mask >> lane & 1;
  }
  return n;
#endif
}
