// All that a step reads and writes. The host (sae/kernel/memory.ts) finds each field by its name in the
// list FIELD_NAMES, so this is the only place where the layout stands.
#pragma once
#include <stddef.h>

// The batch is cut into PARTS parts whatever the number of threads, and what the parts sum is added in
// their order: the result does not depend on which thread worked on which part.
enum { PARTS = 16 };

// The number of features is padded to a multiple of this, which every instruction set's panels divide.
enum { PADDED_FEATURES = 32 };

// X(kind, name): i int, f float, I int*, F float*, D double*
#define STATE_FIELDS(X)                                                                              \
  X(i, d_in)           /* width of x, padded to a multiple of WIDE */                                \
  X(i, d_sae)          /* number of features */                                                      \
  X(i, batch)          /* rows of x in this step */                                                  \
  X(i, first_row)      /* the rows being worked on: [first_row, last_row) */                         \
  X(i, last_row)                                                                                     \
  X(i, k)              /* features kept per row; 0 keeps all that are positive */                    \
  X(i, k_aux)          /* dead features kept per row for the auxiliary loss */                       \
  X(i, n_dead)         /* how many of dead[] are valid; 0 leaves the auxiliary loss out */           \
  X(i, list_capacity)  /* entries a row's list must be able to hold while a block is encoded */      \
  X(i, part_capacity)  /* entries one part can hold */                                               \
  X(i, aux_capacity)   /* entries one part can hold for the auxiliary loss */                        \
  X(i, accumulate)     /* 1: gather adds to the gradients already there */                           \
  X(i, overflow)       /* set when a part's entries did not fit */                                   \
  X(i, scratch_floats) /* size of one thread's scratch */                                            \
  X(f, l1)             /* weight of the L1 penalty, divided by the batch */                          \
  X(f, auxk)           /* weight of the auxiliary loss */                                            \
  X(f, lr)                                                                                           \
  X(f, beta1)                                                                                        \
  X(f, beta2)                                                                                        \
  X(f, epsilon)                                                                                      \
  X(f, correction1)    /* 1 - beta1^t */                                                             \
  X(f, correction2)    /* 1 - beta2^t */                                                             \
  X(f, clip_norm)      /* largest gradient norm; 0 does not clip */                                  \
  X(f, grad_scale)     /* what clipping multiplies every gradient by */                              \
  X(F, x)              /* [batch, d_in] */                                                           \
  X(F, x_hat)          /* [batch, d_in], written by decode alone */                                  \
  X(F, W_enc)          /* [d_sae, d_in]: one feature's encoder weights are a row */                  \
  X(F, panels)         /* the same in PANEL-wide panels: [d_sae / PANEL][d_in][PANEL] */             \
  X(F, b_enc)          /* [d_sae padded]; -inf in the padding, which so never fires */      \
  X(F, W_dec)          /* [d_sae, d_in], rows of norm 1 */                                           \
  X(F, b_dec)          /* [d_in] */                                                                  \
  X(F, m_W_enc) X(F, v_W_enc) X(F, m_b_enc) X(F, v_b_enc) /* Adam's moments, shaped as the weights */\
  X(F, m_W_dec) X(F, v_W_dec) X(F, m_b_dec) X(F, v_b_dec)                                            \
  X(F, g_W_enc) X(F, g_W_dec) X(F, g_b_enc) X(F, g_b_dec) /* gradients, where they are kept whole */ \
  X(F, error)          /* [2 batch, d_in]: dL/dx̂ of each row, then dL/dê of each row */              \
  X(I, row_start)      /* [batch] where a row's entries begin */                                     \
  X(I, row_count)      /* [batch] how many there are */                                              \
  X(I, entry_feature)  /* [PARTS * part_capacity] */                                                 \
  X(F, entry_value)    /* the activation */                                                          \
  X(F, entry_grad)     /* dL/dpre */                                                                 \
  X(I, aux_start) X(I, aux_count) X(I, aux_feature) X(F, aux_value) X(F, aux_grad) /* likewise */    \
  X(I, dead)           /* [d_sae] indices of the dead features, ascending */                         \
  X(F, dead_panels)    /* their encoder weights, in panels */                                        \
  X(F, dead_bias)                                                                                    \
  X(I, cursor)         /* [2 PARTS, d_sae]: entries per part and feature, then where the next goes */\
  X(I, feature_start)  /* [d_sae + 1] where a feature's entries begin in the three below */          \
  X(I, by_row)         /* row of `error`; less `batch` where it is larger: row of x */               \
  X(F, by_value)                                                                                     \
  X(F, by_grad)                                                                                      \
  X(I, fired)          /* [d_sae] rows of the batch on which a feature was active */                 \
  X(F, error_sum)      /* [PARTS, d_in] sum of dL/dx̂ over a part's rows */                           \
  X(F, centre_grad)    /* [PARTS, d_in] dL/db_dec through the encoder, over a part's features */     \
  X(D, totals)         /* [PARTS, N_TOTALS] sums over a part */                                      \
  X(D, result)         /* [N_TOTALS] sums over the batch */                                          \
  X(F, scratch)        /* [threads, scratch_floats] */

enum { SQUARED_ERROR, L1, ENTRIES, AUX_SQUARED_ERROR, GRAD_SQUARED, N_TOTALS };

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

static inline double *totals_of(const State *s, int part) { return s->totals + part * N_TOTALS; }
