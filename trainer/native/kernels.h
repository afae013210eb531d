// What each instruction set offers: one table of functions, compiled once for each.
// Matrices are rows after rows, float32; n counts rows. All return 0 when memory is short.
#pragma once
#include "pool.h"
#include <stdint.h>

// A weight [depth, columns] in the order in which products read it.
typedef struct {
  size_t depth, columns;
  void *data;
} Packed;

// out [n, columns] = x [n, depth] · weight + bias
typedef struct {
  const float *x;
  const Packed *weight;
  const float *bias; // [columns], or NULL
  float *out;
  size_t n;
} Product;

typedef enum { GELU, GELU_TANH, SILU, ADD, MULTIPLY, FUNCTIONS } Function;

// out = function(x), or x with y
typedef struct {
  Function function;
  const float *x, *y;
  float *out;
  size_t length;
} Map;

typedef enum { LAYER_NORM, RMS_NORM, SCALE, NORMS } Norm;

// gain · (x − mean) / √(variance + eps) + bias;  x / √(mean(x²) + eps);  gain · x; over each row
typedef struct {
  Norm norm;
  const float *x, *gain, *bias;
  float *out;
  size_t n, width;
  float eps;
} Rows;

// Numbers i and i + half of each row are turned by an angle given by its position.
typedef struct {
  const float *cos, *sin; // [context_size, half]
  size_t half;
} Rotation;

// [contexts · context_size, heads, width] in place: where row 0 of head 0 begins, and the steps between.
typedef struct {
  const float *data;
  size_t heads, row_step, head_step;
  Rotation rotation;
} Heads;

// out [contexts · context_size, q.heads · width] = softmax(q · kᵀ / √width, causal) · v
typedef struct {
  Heads q, k, v;
  float *out;
  size_t contexts, context_size, width;
} Attention;

// Next-token losses from ln_f(x) [contexts · context_size, depth]: ce[i] = −log p[targets[i]], and from ln_f(x̂)
// too when there is one: ce_hat and kl[i] = Σ p (log p − log q). All [contexts · (context_size − 1)].
typedef struct {
  const float *x, *x_hat; // x_hat: or NULL
  const Packed *weight;   // W_U [depth, d_vocab]
  const int32_t *targets;
  float *ce, *ce_hat, *kl;
  size_t contexts, context_size;
} Losses;

typedef struct {
  const char *name;
  const char *precision; // of products with weights
  size_t (*packed_bytes)(size_t depth, size_t columns);
  // weight[i][j] lies at W[i · depth_step + j · column_step]
  int (*pack)(Pool *, const Packed *, const float *W, size_t depth_step, size_t column_step);
  int (*product)(Pool *, const Product *);
  int (*map)(Pool *, const Map *);
  int (*rows)(Pool *, const Rows *);
  int (*attend)(Pool *, const Attention *);
  int (*losses)(Pool *, const Losses *);
} Kernels;

extern const Kernels generic_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels, avx512_kernels, bf16x3_kernels, bf16x6_kernels;
#endif
