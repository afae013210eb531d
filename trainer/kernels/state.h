// All that a step reads and writes. The host (trainer/src/sae/kernel) finds each field by its name in the
// list FIELD_NAMES, so this is the only place where the layout stands.
#pragma once
#include <stddef.h>

// The batch is cut into PARTS parts whatever the number of threads, and what the parts sum is added in
// their order: the result does not depend on which thread worked on which part.
enum { PARTS = 16 };

// The number of features is padded to a multiple of this, which every instruction set's panels divide.
enum { PADDED_FEATURES = 32 };

// How a pre-activation becomes an activation, and what is added to the loss for it (rules.h).
enum { RELU, JUMPRELU, GATED };
enum { NO_PENALTY, LP, STEP, TANH, GATE };

// X(kind, name): i int, f float, I int*, F float*, D double*
#define STATE_FIELDS(X)                                                                              \
  X(i, d_in)           /* width of x, padded to a multiple of WIDE */                                \
  X(i, d_out)          /* width of y and x̂, padded likewise */                                       \
  X(i, d_sae)          /* number of features */                                                      \
  X(i, batch)          /* rows of x in this step */                                                  \
  X(i, first_row)      /* the rows being worked on: [first_row, last_row) */                         \
  X(i, last_row)                                                                                     \
  X(i, row_step)       /* parts of them begin at multiples of this */                                \
  X(i, rule)           /* RELU, JUMPRELU or GATED */                                                 \
  X(i, penalty)        /* NO_PENALTY, LP, STEP, TANH or GATE */                                      \
  X(i, transcoder)     /* 1: the target is y, and b_dec is not subtracted from x */                  \
  X(i, skip)           /* 1: x W_skip is added to ŷ */                                               \
  X(i, free_norm)      /* 1: rows of W_dec may have any norm, which weights the penalty */           \
  X(i, n_groups)       /* nested dictionaries; 1 but for matryoshka */                               \
  X(i, k)              /* features kept per row; 0 keeps all candidates */                           \
  X(i, k_aux)          /* dead features kept per row for the auxiliary loss */                       \
  X(i, n_dead)         /* how many of dead[] are valid; 0 leaves the auxiliary loss out */           \
  X(i, list_capacity)  /* entries a row's list can hold while a block is encoded */                  \
  X(i, list_most)      /* the largest that list_capacity will be: when all features may be active */ \
  X(i, list_overflow)  /* set when a row's did not fit */                                            \
  X(i, entry_capacity) /* entries there is room for */                                               \
  X(i, entries_used)   /* how many of them are taken */                                              \
  X(i, accumulate)     /* 1: gather adds to the gradients already there */                           \
  X(i, overflow)       /* set when the entries did not fit */                                        \
  X(i, scratch_floats) /* size of one thread's scratch */                                            \
  X(i, select_shift)   /* choosing among the whole batch's entries: see batch-topk.h */              \
  X(i, select_width)                                                                                 \
  X(i, select_prefix)                                                                                \
  X(i, select_wanted)                                                                                \
  X(i, dense_rows)     /* rows that `dense_pre` holds: see dense.h */                                \
  X(i, orthogonality)  /* NO_ORTHOGONALITY, ABS, SQUARED or MAX: see orthogonality.h */              \
  X(i, chunks)         /* of features, among which decoder rows are compared */                      \
  X(f, above)          /* what a pre-activation must exceed to be a candidate, where `floor` is 0 */ \
  X(f, sparsity)       /* weight of the penalty, divided by the batch */                             \
  X(f, lp_norm)                                                                                      \
  X(f, bandwidth)      /* jumprelu: width around a threshold in which its gradient is estimated */   \
  X(f, tanh_scale)                                                                                   \
  X(f, auxk)           /* weight of the auxiliary loss */                                            \
  X(f, orthogonality_weight) /* of a feature's part of that penalty */                               \
  X(f, lr)                                                                                           \
  X(f, beta1)                                                                                        \
  X(f, beta2)                                                                                        \
  X(f, epsilon)                                                                                      \
  X(f, correction1)    /* 1 - beta1^t */                                                             \
  X(f, correction2)    /* 1 - beta2^t */                                                             \
  X(f, clip_norm)      /* largest gradient norm; 0 does not clip */                                  \
  X(f, grad_scale)     /* what clipping multiplies every gradient by */                              \
  X(F, x)              /* [batch, d_in] */                                                           \
  X(F, y)              /* [batch, d_out], of a transcoder */                                         \
  X(F, W_enc)          /* [d_sae, d_in]: one feature's encoder weights are a row */                  \
  X(I, quants)         /* the same as 16-bit integers, in panels: [d_sae / PANEL][d_in / 2][PANEL] */\
  X(F, quant_scale)    /* [d_sae padded] what they are multiples of: see screen.h */                 \
  X(F, bias_bound)     /* [d_sae padded] a little above b_enc; -inf in the padding */                \
  X(F, b_enc)          /* [d_sae padded] */                                                          \
  X(F, W_dec)          /* [d_sae, d_out] */                                                          \
  X(F, b_dec)          /* [d_out] */                                                                 \
  X(F, threshold)      /* [d_sae], of jumprelu */                                                    \
  X(F, r_mag) X(F, b_mag) /* [d_sae], of gated */                                                    \
  X(F, W_skip)         /* [d_in, d_out] */                                                           \
  X(F, floor)          /* [d_sae padded] of jumprelu: what makes a feature a candidate */            \
  X(F, gain)           /* [d_sae] of gated: exp(r_mag) */                                            \
  X(F, norm)           /* [d_sae] ‖d_f‖, with free_norm */                                           \
  X(F, m_W_enc) X(F, v_W_enc) X(F, m_b_enc) X(F, v_b_enc) /* Adam's moments, shaped as the weights */\
  X(F, m_W_dec) X(F, v_W_dec) X(F, m_b_dec) X(F, v_b_dec)                                            \
  X(F, m_threshold) X(F, v_threshold) X(F, m_r_mag) X(F, v_r_mag) X(F, m_b_mag) X(F, v_b_mag)        \
  X(F, m_W_skip) X(F, v_W_skip)                                                                      \
  X(F, g_W_enc) X(F, g_W_dec) X(F, g_b_enc) X(F, g_b_dec) /* gradients, where they are kept whole */ \
  X(F, g_threshold) X(F, g_r_mag) X(F, g_b_mag) X(F, g_W_skip)                                       \
  X(I, group_end)      /* [n_groups] the first feature after each group */                           \
  X(F, error)          /* [slots, batch, d_out], rows that entries gather from: see rows.h */        \
  X(I, row_start)      /* [batch] where a row's entries begin */                                     \
  X(I, row_count)      /* [batch] how many there are */                                              \
  X(I, entry_feature)  /* [entry_capacity] */                                                        \
  X(F, entry_value)    /* the activation */                                                          \
  X(F, entry_grad)     /* dL/dpre */                                                                 \
  X(F, entry_extra)    /* jumprelu, gated: the pre-activation, then what rules.h makes of it */      \
  X(I, aux_count) X(I, aux_start) X(I, aux_feature) X(F, aux_value) X(F, aux_grad) /* likewise */    \
  X(I, dead)           /* [d_sae] indices of the dead features, ascending */                         \
  X(I, dead_quants)    /* of their encoder weights, as above */                                      \
  X(F, dead_scale)                                                                                   \
  X(F, dead_bound)                                                                                   \
  X(F, dead_bias)                                                                                    \
  X(I, cursor)         /* [2 PARTS, d_sae]: entries per part and feature, then where the next goes */\
  X(I, feature_start)  /* [d_sae + 1] where a feature's entries begin in the four below */           \
  X(I, feature_aux)    /* [d_sae] where those of the auxiliary loss begin */                         \
  X(I, by_row)                                                                                       \
  X(F, by_value)                                                                                     \
  X(F, by_grad)                                                                                      \
  X(F, by_extra)                                                                                     \
  X(I, chunk_order)    /* [d_sae] features, chunk by chunk; a feature's place is its index here */   \
  X(F, unit_rows)      /* [d_sae, d_out] d_f / ‖d_f‖ by place */                                     \
  X(F, row_norm)       /* [d_sae] ‖d_f‖ by place */                                                  \
  X(I, nearest)        /* [d_sae] the place of the row of largest |cos| by place, with MAX */        \
  X(F, nearest_cosine) /* [d_sae] that cosine */                                                     \
  X(I, fired)          /* [d_sae] rows of the batch on which a feature was active */                 \
  X(F, dense_pre)      /* [d_sae / GROUP][dense_rows][GROUP] pre-activations of a dense slice */     \
  X(F, error_quads)    /* [2][dense_rows / ROWS][d_out][ROWS] its errors, packed */                  \
  X(F, error_sum)      /* [PARTS, d_out] sum of dL/dx̂ over a part's rows */                          \
  X(F, centre_grad)    /* [PARTS, d_out] dL/db_dec through the encoder, over a part's features */    \
  X(I, part_entries)   /* [PARTS + 1] entries of a part's features, then where they begin */         \
  X(I, part_ties)      /* [PARTS] how many of a part's entries that equal the smallest are kept */   \
  X(I, digits)         /* [PARTS, DIGITS] histograms of activations: see batch-topk.h */             \
  X(D, found)          /* [PARTS] candidates of a part's rows, whether they fitted or not */         \
  X(D, totals)         /* [PARTS, N_TOTALS] sums over a part */                                      \
  X(D, result)         /* [N_TOTALS] sums over the batch */                                          \
  X(F, scratch)        /* [threads, scratch_floats] */

// Sums, but for SMALLEST: the smallest activation, infinite where there is none.
enum {
  SQUARED_ERROR, GATE_SQUARED_ERROR, AUX_SQUARED_ERROR, PENALTY, ORTHOGONALITY, ACTIVE, GRAD_SQUARED, SMALLEST, N_TOTALS
};

#define TYPE_i int
#define TYPE_f float
#define TYPE_I int *
#define TYPE_F float *
#define TYPE_D double *
#define DECLARE(kind, name) TYPE_##kind name;
typedef struct {
  STATE_FIELDS(DECLARE)
} State;

// "kind name;" for each field in order. In WebAssembly all of them are four bytes wide.
#define NAME(kind, name) #kind " " #name ";"
static const char FIELD_NAMES[] = STATE_FIELDS(NAME);

typedef struct {
  int first, last;
} Range;

// The share of [first, last) that falls to one part, in steps of `step`.
static inline Range share(int first, int last, int step, int part) {
  long long steps = (last - first + step - 1) / step;
  int from = first + (int)(steps * part / PARTS) * step;
  int to = first + (int)(steps * (part + 1) / PARTS) * step;
  return (Range){from, to < last ? to : last};
}

static inline Range rows_of(const State *s, int part) { return share(s->first_row, s->last_row, s->row_step, part); }

static inline double *totals_of(const State *s, int part) { return s->totals + part * N_TOTALS; }
