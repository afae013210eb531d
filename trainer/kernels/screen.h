// Screening: products of 16-bit integers say which features may be active, and only those are computed in float32.
// What is not among them is certainly not active, so results are those of computing all.
//
// A vector v becomes s q, q of integers, |vᵢ − s qᵢ| ≤ s/2, so that ‖v − s q‖ ≤ s √d / 2. By Cauchy and Schwarz
//
//     |x · w − s_x s_w q_x · q_w|  ≤  ‖s_x q_x‖ ‖w − s_w q_w‖ + ‖x − s_x q_x‖ ‖w‖
//
// and ‖q‖ ≤ NORM + √d / 2 keeps every partial sum of q_x · q_w within 31 bits, for d up to 2¹⁶.
#pragma once
#include "state.h"
#include "vector.h"

#define NORM 45000.f
#define LARGEST 32767.f
#define SMALLEST_SCALE 0x1p-64f // below it squares lose precision; smaller numbers become 0, within the bound
#define ROUNDING 0x1p-24f       // of one operation, relative to its result

// Rows and columns of the register tile: as large as its sums, a vector of each row and the panel's fit.
#if LANES == 16
enum { ROWS = 12, PANEL = 2 * LANES };
#elif LANES == 8
enum { ROWS = 6, PANEL = 2 * LANES };
#else
enum { ROWS = 4, PANEL = 2 * LANES };
#endif

typedef struct {
  float scale, norm;
} Scaled;

static inline Scaled scale_of(const float *v, int d) {
  Vec most = splat(0);
  for (int i = 0; i < d; i += LANES) most = larger(magnitude(load(v + i)), most);
  const float norm = __builtin_sqrtf(dot(v, v, d));
  float scale = norm / NORM;
  if (largest_lane(most) / LARGEST > scale) scale = largest_lane(most) / LARGEST;
  if (scale < SMALLEST_SCALE) scale = SMALLEST_SCALE;
  return (Scaled){scale, norm};
}

// The integers of v in pairs, each pair `stride` from the one before.
static inline void put_quants(const float *v, int d, float scale, int *to, int stride) {
  const float inverse = 1 / scale, shift = 0x1.8p23f; // adding 1.5 · 2²³ rounds to an integer
  for (int i = 0; i < d; i += WIDE) {
    short q[WIDE];
    int pairs[WIDE / 2];
    UNROLL for (int j = 0; j < WIDE; j++) q[j] = (short)(int)((v[i + j] * inverse + shift) - shift);
    __builtin_memcpy(pairs, q, sizeof q);
    UNROLL for (int j = 0; j < WIDE / 2; j++) to[(i / 2 + j) * stride] = pairs[j];
  }
}

// What to add to the scaled product of a row, times the feature's scale, to get what x · w certainly does not exceed.
// √d / 2 is taken 1.02 times for the rounding of v / s; the sums of d / WIDE and a few more roundings of exact values
// and of this bound itself are within (d / WIDE + 16) ROUNDING ‖x‖ ‖w‖.
static inline float error_of_row(Scaled x, int d) {
  const float half = 0.51f * __builtin_sqrtf(d);
  const float rounding = (d / WIDE + 16) * ROUNDING;
  return 1.01f * ((x.norm + x.scale * half) * half + x.scale * half * NORM + rounding * x.norm * NORM);
}

// Likewise of a bias, and a little, lest products vanish that are smaller than float32 holds.
static inline float bias_bound(float bias) { return bias + (8 * ROUNDING * __builtin_fabsf(bias) + 0x1p-100f); }

// sum += the products of both pairs
INLINE Ints add_pairs(Ints sum, Ints a, Ints b) {
#if defined(__wasm__)
  return (Ints)wasm_i32x4_add((v128_t)sum, wasm_i32x4_dot_i16x8((v128_t)a, (v128_t)b));
#elif defined(__AVX512VNNI__)
  return (Ints)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#elif LANES == 16
  return sum + (Ints)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif LANES == 8
  return sum + (Ints)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return sum + (Ints)_mm_madd_epi16((__m128i)a, (__m128i)b);
#elif defined(__aarch64__)
  const int16x8_t x = vreinterpretq_s16_s32((int32x4_t)a), y = vreinterpretq_s16_s32((int32x4_t)b);
  const int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y)), high = vmull_high_s16(x, y);
  return sum + (Ints)vpaddq_s32(low, high);
#else
  return sum + (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
#endif
}

// out[ROWS, PANEL] = rows · panel, of rows packed [pairs][ROWS] and weights packed [pairs][PANEL]
static inline void multiply_quants(const int *restrict rows, const int *restrict panel, int pairs, int *restrict out,
                                   int stride) {
  Ints sum[ROWS][2];
  UNROLL for (int r = 0; r < ROWS; r++) sum[r][0] = sum[r][1] = splat_int(0);
  for (int i = 0; i < pairs; i++, rows += ROWS, panel += PANEL) {
    const Ints p0 = load_ints(panel), p1 = load_ints(panel + LANES);
    UNROLL for (int r = 0; r < ROWS; r++) {
      const Ints a = splat_int(rows[r]);
      sum[r][0] = add_pairs(sum[r][0], a, p0);
      sum[r][1] = add_pairs(sum[r][1], a, p1);
    }
  }
  UNROLL for (int r = 0; r < ROWS; r++) {
    store_ints(out + r * stride, sum[r][0]);
    store_ints(out + r * stride + LANES, sum[r][1]);
  }
}
