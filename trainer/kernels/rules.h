// What makes an architecture, one activation at a time: how it comes from a pre-activation, what is added
// to the loss for it, and how a gradient goes back through it.
#pragma once
#include "functions.h"
#include "state.h"

// Keeps the slope of a^p finite at 0; as in sae/penalty.ts.
static const float LP_EPSILON = 0.01f;

// RELU:      a = pre, of candidates: those exceed 0, and were chosen where k says how many
// JUMPRELU:  a = pre 1[pre > θ] (Rajamanoharan et al. 2024b)
// GATED:     a = relu(exp(r_mag) (pre − b_enc) + b_mag), of candidates: their gate is open, pre > 0
//            (Rajamanoharan et al. 2024a)
static inline float activation(const State *s, int f, float pre) {
  if (s->rule == RELU) return pre;
  if (s->rule == JUMPRELU) return pre > s->threshold[f] ? pre : 0;
  const float magnitude = s->gain[f] * (pre - s->b_enc[f]) + s->b_mag[f];
  return magnitude > 0 ? magnitude : 0;
}

static inline float norm_of(const State *s, int f) { return s->free_norm ? s->norm[f] : 1; }

typedef struct {
  float value;   // S, what one activation adds to the penalty
  float slope;   // dS/da
  float stretch; // dS/d‖d_f‖
} Penalty;

// LP:    S = ‖d‖ φ(a), φ(a) = a for p = 1, else (a + ε)^p − ε^p
// STEP:  S = 1[a > 0], which only the thresholds feel
// TANH:  S = tanh(c a ‖d‖)
// GATE:  S = relu(pre), the decoder held constant
static inline Penalty penalty_of(const State *s, float a, float pre, float norm) {
  switch (s->penalty) {
    case LP: {
      if (a <= 0) return (Penalty){0, 0, 0};
      if (s->lp_norm == 1) return (Penalty){norm * a, norm, a};
      const double p = s->lp_norm, raised = power((double)a + LP_EPSILON, p);
      const float phi = (float)(raised - power(LP_EPSILON, p));
      return (Penalty){norm * phi, norm * (float)(p * raised / ((double)a + LP_EPSILON)), phi};
    }
    case STEP: return (Penalty){a > 0, 0, 0};
    case TANH: {
      const double t = hyperbolic_tangent((double)s->tanh_scale * a * norm);
      const float slope = (float)(s->tanh_scale * (1 - t * t));
      return (Penalty){(float)t, slope * norm, slope * a};
    }
    case GATE: return (Penalty){pre, 0, 0};
  }
  return (Penalty){0, 0, 0};
}

typedef struct {
  float grad;  // JUMPRELU, RELU: dL/dpre; GATED: that through the gate alone
  float extra; // JUMPRELU: dL/dlog θ; GATED: dL/da where a > 0
} Back;

// The way back, given dL/da = `grad` before the penalty, and of GATED dL/dgate = `gate_grad` likewise.
// The derivative of a jump is estimated by a rectangle K of width ε around it:
//     da/dθ = −(θ/ε) K,   dS/dθ = −(1/ε) K of STEP   (Rajamanoharan et al. 2024b, eq. 10 to 12)
static inline Back back_through(const State *s, int f, float pre, float a, float grad, float gate_grad,
                                Penalty penalty) {
  if (s->rule == GATED) return (Back){gate_grad + s->sparsity, a > 0 ? grad : 0};
  const float da = grad + s->sparsity * penalty.slope;
  if (s->rule == RELU) return (Back){da, 0};
  const float theta = s->threshold[f], distance = __builtin_fabsf(pre - theta);
  const float step = s->penalty == STEP ? s->sparsity : 0;
  const float near = distance < s->bandwidth / 2 ? theta / s->bandwidth : 0;
  return (Back){pre > theta ? da : 0, -near * (theta * da + step)};
}
