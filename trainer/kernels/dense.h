// A batch of which much is active, as in the first steps of ReLU and an L1 penalty from zero biases: entries
// would be slower than whole matrices. The same step in five products of tiles: pre = xc W_enc, ŷ = a W_dec,
// dL/da = dL/dŷ W_decᵀ, dL/dW_dec = aᵀ dL/dŷ, dL/dW_enc = dL/dpreᵀ xc. The gradients are kept whole, and
// rows come in slices of at most dense_rows, of which the pre-activations are stored. Here: as far as the errors.
#pragma once
#include "skip.h"

// The sums of a part and the order of additions must not depend on the instruction set, whose tiles divide all
// of these but GROUP, which divides DENSE_TILE.
enum {
  GROUP = (LANES == 16 ? 8 : 16) * ROWS, // features whose gradients are made together
  DENSE_TILE = 192,   // features decoded together
  DENSE_HEIGHT = 144  // rows that go forward together; the host sets row_step to 24 for the same reason
};

static inline int groups_of(const State *s) { return (s->d_sae + GROUP - 1) / GROUP; }

static inline float *dense_pre_row(const State *s, int group, int row) {
  return s->dense_pre + ((size_t)group * s->dense_rows + (row - s->first_row)) * GROUP;
}

// The quad that row `row` of a slice is in; rows come in their order.
static inline float *error_quad(const State *s, int slot, int row) {
  return s->error_quads + ((size_t)slot * s->dense_rows + (row - s->first_row)) * s->d_out;
}

static inline size_t dense_forward_floats(const State *s) {
  return (size_t)DENSE_HEIGHT * (s->d_in + 3 * DENSE_TILE) + (size_t)(s->d_in + DENSE_TILE) * PANEL;
}

typedef struct {
  int first, rows; // of the batch
  float *packed;   // [rows / ROWS][d_in][ROWS] x - b_dec
  float *pre;      // [rows, DENSE_TILE]
  float *acts;     // [rows / ROWS][DENSE_TILE][ROWS]
  float *gates;    // likewise, of GATED
  float *panel;
} DenseBlock;

// A panel of n rows of a matrix, d wide: [d][PANEL]; zero where there are no more
static void pack_panel(const float *matrix, int n, int d, float *panel) {
  for (int r = 0; r < PANEL; r++)
    for (int i = 0; i < d; i++) panel[(size_t)i * PANEL + r] = r < n ? matrix[(size_t)r * d + i] : 0;
}

// pre[rows, columns] of the features from `first` on; -inf where there are none. Sums run in another order than
// those of the encoder.
static void dense_tile(const State *s, const DenseBlock *b, int first, int columns) {
  const int d = s->d_in;
  for (int j = 0; j < columns; j += PANEL) {
    const int f = first + j, n = s->d_sae - f;
    float bias[PANEL];
    for (int i = 0; i < PANEL; i++) bias[i] = i < n ? s->b_enc[f + i] : -__builtin_inff();
    pack_panel(s->W_enc + (size_t)f * d, n, d, b->panel);
    for (int q = 0; q < b->rows; q += ROWS) {
      float *out = b->pre + (size_t)q * DENSE_TILE + j;
      multiply(b->packed + (size_t)q * d, b->panel, d, out, DENSE_TILE);
      for (int r = 0; r < ROWS; r++, out += DENSE_TILE)
        for (int i = 0; i < PANEL; i += LANES) store(out + i, load(out + i) + load(bias + i));
    }
  }
}

static inline float floor_of(const State *s, int f) { return s->rule == JUMPRELU ? s->floor[f] : 0; }

// Stores a tile's pre-activations, and packs the activations; returns how many candidates there were.
static int activate_tile(const State *s, const DenseBlock *b, int first, int columns, int features) {
  int found = 0;
  for (int r = 0; r < b->rows; r++) {
    const float *pre = b->pre + (size_t)r * DENSE_TILE;
    for (int j = 0; j < columns; j += GROUP)
      __builtin_memcpy(dense_pre_row(s, (first + j) / GROUP, b->first + r), pre + j, GROUP * sizeof(float));
    const size_t quad = (size_t)(r - r % ROWS) * features + r % ROWS;
    for (int j = 0; j < features; j++) {
      const int f = first + j, candidate = pre[j] > floor_of(s, f);
      found += candidate;
      b->acts[quad + j * ROWS] = candidate ? activation(s, f, pre[j]) : 0;
      if (s->rule == GATED) b->gates[quad + j * ROWS] = candidate ? pre[j] : 0;
    }
  }
  return found;
}

static void pack_errors(const State *s, const DenseBlock *b, int slot) {
  const int d = s->d_out;
  for (int r = 0; r < (b->rows + ROWS - 1) / ROWS * ROWS; r++) {
    const float *error = error_row(s, slot, b->first + r);
    float *to = error_quad(s, slot, b->first + r - r % ROWS) + r % ROWS;
    for (int c = 0; c < d; c++) to[c * ROWS] = r < b->rows ? error[c] : 0;
  }
}

// Errors of a block's rows, once they are decoded.
static void finish_block(State *s, const DenseBlock *b, int slot, int part) {
  const int d = s->d_out;
  for (int row = b->first; row < b->first + b->rows; row++) {
    float *error = error_row(s, slot, row);
    totals_of(s, part)[slot ? GATE_SQUARED_ERROR : SQUARED_ERROR] += dot(error, error, d);
    scale_row(error, dL_dy(s), d);
    if (slot == 0) add_scaled(s->error_sum + (size_t)part * d, 1, error, d);
  }
  pack_errors(s, b, slot);
}

static void dense_block(State *s, const DenseBlock *b, int part) {
  const int d = s->d_out, n = groups_of(s) * GROUP, slots = s->rule == GATED ? 2 : 1;
  start_rows(s, b->first, b->rows, b->packed);
  for (int row = b->first; row < b->first + b->rows; row++) {
    add_scaled(error_row(s, 0, row), -1, target_row(s, row), d);
    if (slots == 2) __builtin_memcpy(error_row(s, 1, row), error_row(s, 0, row), d * sizeof(float));
  }
  pack_rows(s, b->first, b->rows, b->packed);
  for (int first = 0; first < n; first += DENSE_TILE) {
    const int columns = n - first < DENSE_TILE ? n - first : DENSE_TILE;
    const int features = s->d_sae - first < columns ? s->d_sae - first : columns;
    dense_tile(s, b, first, columns);
    s->found[part] += activate_tile(s, b, first, columns, features);
    for (int slot = 0; slot < slots; slot++)
      add_product(error_row(s, slot, b->first), slot ? b->gates : b->acts, b->rows,
                  s->W_dec + (size_t)first * d, features, d, b->panel);
  }
  for (int slot = 0; slot < slots; slot++) finish_block(s, b, slot, part);
}

// The auxiliary loss has entries all the same.
static void dense_aux(State *s, const DenseBlock *b, int part, int thread) {
  const Entries aux = aux_entries(s);
  Block block = block_in(s, thread);
  const int height = rows_per_block(s);
  for (int first = b->first; first < b->first + b->rows; first += height) {
    const int rows = b->first + b->rows - first < height ? b->first + b->rows - first : height;
    load_block(s, &block, first, rows);
    encode_dead(s, &block, first, rows);
    for (int row = first; row < first + rows; row++) {
      s->row_count[row] = 0;
      aux_row(s, &aux, row, totals_of(s, part), hist_of(s, 1, part));
    }
  }
}

// Rows [first_row, last_row), at most dense_rows of them, as far as their errors.
static void dense_forward_part(State *s, int part, int thread) {
  const Range range = rows_of(s, part);
  DenseBlock b = {.packed = s->scratch + (size_t)thread * s->scratch_floats};
  b.pre = b.packed + (size_t)DENSE_HEIGHT * s->d_in;
  b.acts = b.pre + (size_t)DENSE_HEIGHT * DENSE_TILE;
  b.gates = b.acts + (size_t)DENSE_HEIGHT * DENSE_TILE;
  b.panel = b.gates + (size_t)DENSE_HEIGHT * DENSE_TILE;
  clear_sums(s, part);
  if (!s->accumulate) s->found[part] = 0;
  for (b.first = range.first; b.first < range.last; b.first += DENSE_HEIGHT) {
    b.rows = range.last - b.first < DENSE_HEIGHT ? range.last - b.first : DENSE_HEIGHT;
    dense_block(s, &b, part);
    if (s->n_dead) dense_aux(s, &b, part, thread);
  }
}
