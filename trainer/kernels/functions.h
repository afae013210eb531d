// exp, log and what is made of them: there is no C library here. In double precision, to 1e-14 of
// the result, so that they are exact once rounded to float.
#pragma once
#include <stdint.h>

static inline double bits_to_double(int64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

// exp(x) = 2^n exp(r), r in [-ln 2 / 2, ln 2 / 2] by its series
static double exponential(double x) {
  const double LOG2_E = 1.4426950408889634, LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 1.9082149292705877e-10;
  if (x > 700) x = 700; // so that 2^n has an exponent
  if (x < -700) x = -700;
  const int n = (int)(x * LOG2_E + (x < 0 ? -0.5 : 0.5));
  const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
  double sum = 1;
  for (int i = 14; i > 0; i--) sum = 1 + sum * r / i;
  return sum * bits_to_double((int64_t)(1023 + n) << 52);
}

// log(2^n m) = n ln 2 + 2 artanh((m - 1) / (m + 1)), m in [√½, √2]; of normal numbers > 0
static double logarithm(double x) {
  const double LN2 = 0.6931471805599453;
  int64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  int n = (int)(bits >> 52) - 1023;
  double m = bits_to_double((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m /= 2;
    n++;
  }
  const double t = (m - 1) / (m + 1), square = t * t;
  double sum = 0;
  for (int i = 21; i > 0; i -= 2) sum = sum * square + 1.0 / i;
  return n * LN2 + 2 * t * sum;
}

static inline double power(double x, double p) { return exponential(p * logarithm(x)); }
static inline double hyperbolic_tangent(double x) { return 1 - 2 / (exponential(2 * x) + 1); }
