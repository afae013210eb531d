// e^x, erf and the activation functions on a vector of floats.
#pragma once
#include "vector.h"

// Cephes' expf: x = n ln 2 + r, e^x = 2ⁿ e^r; within 2 units in the last place. Under −87 it gives 1e-38 or
// less, over 88 it stays at 2^127 · 1.4; a NaN stays.
INLINE Vec exponential(Vec x) {
  x = smaller(splat(88.3f), larger(splat(-87.3f), x));
  const Vec magic = splat(12582912.0f); // 1.5 · 2²³: adding it leaves a whole number in the low bits
  const Vec shifted = x * splat(1.44269504f) + magic, n = shifted - magic;
  const Vec r = (x - n * splat(0.693359375f)) - n * splat(-2.12194440e-4f);
  Vec p = splat(1.9875691500e-4f);
  p = p * r + splat(1.3981999507e-3f);
  p = p * r + splat(8.3334519073e-3f);
  p = p * r + splat(4.1665795894e-2f);
  p = p * r + splat(1.6666665459e-1f);
  p = p * r + splat(5.0000001201e-1f);
  p = p * (r * r) + r + splat(1);
  return p * (Vec)(((Ints)shifted + 127) << 23);
}

// A quotient of polynomials in x², as in Eigen; within 3e-7. Beyond ±4 it is ±1.
INLINE Vec error_function(Vec x) {
  x = smaller(splat(4), larger(splat(-4), x));
  const Vec s = x * x;
  Vec p = splat(-2.72614225801306e-10f);
  p = p * s + splat(2.77068142495902e-08f);
  p = p * s + splat(-2.10102402082508e-06f);
  p = p * s + splat(-5.69250639462346e-05f);
  p = p * s + splat(-7.34990630326855e-04f);
  p = p * s + splat(-2.95459980854025e-03f);
  p = p * s + splat(-1.60960333262415e-02f);
  Vec q = splat(-1.45660718464996e-05f);
  q = q * s + splat(-2.13374055278905e-04f);
  q = q * s + splat(-1.68282697438203e-03f);
  q = q * s + splat(-7.37332916720468e-03f);
  q = q * s + splat(-1.42647390514189e-02f);
  return x * p / q;
}

// x Φ(x) = x (1 + erf(x / √2)) / 2
INLINE Vec gelu(Vec x) {
  return splat(0.5f) * x * (splat(1) + error_function(x * splat(0.70710678f)));
}

// x / (1 + e⁻ˣ)
INLINE Vec silu(Vec x) { return x / (splat(1) + exponential(-x)); }

// x/2 (1 + tanh y) = x / (1 + e^(−2y)), y = √(2/π) (x + 0.044715 x³)
INLINE Vec gelu_tanh(Vec x) {
  const Vec y = splat(0.79788456f) * (x + splat(0.044715f) * x * x * x);
  return x / (splat(1) + exponential(splat(-2) * y));
}
