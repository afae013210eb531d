// The k largest of a list of numbers, without branches that depend on single numbers.
#pragma once
#include "state.h"
#include "vector.h"

static inline int count_above(const float *v, int n, float threshold) {
  const Vec t = splat(threshold);
  Ints above = splat_int(0);
  for (int i = 0; i < n; i += LANES) above += load(v + i) > t; // −1 where it holds
  int count = 0;
  UNROLL for (int lane = 0; lane < LANES; lane++) count -= above[lane];
  return count;
}

static inline float smallest_above(const float *v, int n, float threshold) {
  const Vec t = splat(threshold);
  Vec least = splat(__builtin_inff());
  for (int i = 0; i < n; i += LANES) {
    const Vec x = load(v + i);
    least = choose(x > t, smaller(x, least), least);
  }
  return smallest_lane(least);
}

static inline float largest_of(const float *v, int n) {
  Vec most = splat(0);
  for (int i = 0; i < n; i += LANES) most = larger(load(v + i), most);
  return largest_lane(most);
}

static inline float from_bits(int bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

static inline int to_bits(float x) {
  int bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

// What fills up the last vector counts as none.
static inline void pad_list(float *v, int n) {
  for (; n % LANES; n++) v[n] = 0;
}

// The k-th largest of n > k positive numbers, by halving the interval it lies in: positive floats are
// ordered as their bits are.
static float kth_largest(const float *v, int n, int k) {
  int low = 0, high = to_bits(largest_of(v, n)); // more than low: at least k of them; more than high: fewer
  while (high - low > 1) {
    const int middle = low + (high - low) / 2, above = count_above(v, n, from_bits(middle));
    if (above == k) return smallest_above(v, n, from_bits(middle));
    if (above > k) low = middle;
    else high = middle;
  }
  return from_bits(high);
}

// A number that at least k of n exceed, and not many more; `least` where fewer than k exceed that.
static float exceeded_by(const float *v, int n, int k, float least) {
  if (count_above(v, n, least) < k) return least;
  int low = to_bits(least), high = to_bits(largest_of(v, n));
  while (high - low > 1) {
    const int middle = low + (high - low) / 2, above = count_above(v, n, from_bits(middle));
    if (above >= k) low = middle;
    else high = middle;
    if (above >= k && above <= k + k / 32) break;
  }
  return from_bits(low);
}

// Keeps those of a list that are at least `least`, which is positive, in their order; returns their number.
static int keep_at_least(float *value, int *feature, int n, float least) {
  const Vec below = splat(from_bits(to_bits(least) - 1));
  int kept = 0;
  pad_list(value, n);
  for (int e = 0; e < n; e += LANES) {
    const Vec v = load(value + e);
    kept = append(value, feature, kept, v, load_ints(feature + e), greater_mask(v, below));
  }
  return kept;
}

// Keeps the k largest of n > k positive numbers in their order, of equal ones the first. Lists are ascending by
// feature, so of equal activations the lowest index stays.
static void keep_largest(float *value, int *feature, int n, int k) {
  pad_list(value, n);
  const float least = kth_largest(value, n, k);
  int equal = k - count_above(value, n, least), kept = 0;
  for (int e = 0; e < n; e++) {
    const float v = value[e];
    const int tie = (v == least) & (equal > 0);
    value[kept] = v;
    feature[kept] = feature[e];
    kept += (v > least) | tie;
    equal -= tie;
  }
}
