// Rows are encoded into entries: the features that may be active, compressed.
#pragma once
#include "encode.h"

typedef struct {
  int *start, *count; // of each row; rows need not follow one another
  int *feature;       // ascending within a row
  float *value, *grad, *extra;
} Entries;

static inline Entries main_entries(const State *s) {
  return (Entries){s->row_start,   s->row_count,  s->entry_feature,
                   s->entry_value, s->entry_grad, s->rule == RELU ? 0 : s->entry_extra};
}

static inline Entries aux_entries(const State *s) {
  return (Entries){s->aux_start, s->aux_count, s->aux_feature, s->aux_value, s->aux_grad, 0};
}

static inline Candidates all_candidates(const State *s) {
  return (Candidates){.weights = s->W_enc, .quants = s->quants, .scale = s->quant_scale, .bias = s->b_enc,
                      .bound = s->bias_bound, .floor = s->rule == JUMPRELU ? s->floor : 0, .above = s->above,
                      .n = s->d_sae, .k = s->k};
}

static inline Candidates dead_candidates(const State *s) {
  return (Candidates){.weights = s->W_enc, .names = s->dead, .quants = s->dead_quants, .scale = s->dead_scale,
                      .bias = s->dead_bias, .bound = s->dead_bound, .n = s->n_dead, .k = s->k_aux};
}

// Room for n more entries, or -1. Where a row's entries lie depends on which thread came first; nothing else does.
static int reserve(State *s, int n) {
  if (__atomic_load_n(&s->overflow, __ATOMIC_RELAXED)) return -1;
  const int at = __atomic_fetch_add(&s->entries_used, n, __ATOMIC_RELAXED);
  if (at + n <= s->entry_capacity) return at;
  __atomic_store_n(&s->overflow, 1, __ATOMIC_RELAXED);
  return -1;
}

// Copies a block's lists to the entries of the rows from `first` on; returns how many there were.
static int keep_block(State *s, const Block *b, int first, int rows) {
  int total = 0;
  for (int r = 0; r < rows; r++) total += b->count[r];
  int at = reserve(s, total);
  if (at < 0) return total;
  for (int r = 0; r < rows; r++) {
    const size_t list = (size_t)r * b->list_capacity, n = b->count[r];
    s->row_start[first + r] = at;
    s->row_count[first + r] = (int)n;
    __builtin_memcpy(s->entry_feature + at, b->feature + list, n * sizeof(int));
    __builtin_memcpy(s->entry_value + at, b->value + list, n * sizeof(float));
    at += (int)n;
  }
  return total;
}

// The same for dead features, of which each row has room for k_aux.
static void keep_aux_block(State *s, const Block *b, int first, int rows) {
  for (int r = 0; r < rows; r++) {
    const size_t list = (size_t)r * b->list_capacity, at = (size_t)(first + r) * s->k_aux;
    s->aux_start[first + r] = (int)at;
    s->aux_count[first + r] = b->count[r];
    for (int i = 0; i < b->count[r]; i++) {
      s->aux_feature[at + i] = s->dead[b->feature[list + i]];
      s->aux_value[at + i] = b->value[list + i];
    }
  }
}

static void encode_dead(State *s, Block *b, int first, int rows) {
  const Candidates dead = dead_candidates(s);
  encode_block(b, rows, s->d_in, &dead);
  keep_aux_block(s, b, first, rows);
}

// Rows [first_row, last_row) that fall to this part.
static void encode_part(State *s, int part, int thread) {
  const int height = rows_per_block(s);
  const Range range = rows_of(s, part);
  const Candidates all = all_candidates(s);
  Block block = block_in(s, thread);
  double found = 0;
  for (int first = range.first; first < range.last; first += height) {
    const int rows = range.last - first < height ? range.last - first : height;
    load_block(s, &block, first, rows);
    encode_block(&block, rows, s->d_in, &all);
    if (block.overflow) {
      __atomic_store_n(&s->list_overflow, 1, __ATOMIC_RELAXED);
      break;
    }
    found += keep_block(s, &block, first, rows);
    if (s->n_dead) encode_dead(s, &block, first, rows);
  }
  s->found[part] = found;
}

// The dead features' encoder weights as integers, and nothing in the padding.
static void dead_quants_part(State *s, int part) {
  const int d = s->d_in;
  const Range range = share(0, s->n_dead, PANEL, part);
  for (int f = range.first; f < range.last; f++) {
    s->dead_bias[f] = s->b_enc[s->dead[f]];
    put_feature(s->W_enc + (size_t)s->dead[f] * d, s->dead_bias[f], d, f, s->dead_quants, s->dead_scale, s->dead_bound);
  }
  for (int f = range.last; f % PANEL; f++) s->dead_bound[f] = -__builtin_inff();
}
