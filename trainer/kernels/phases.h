// What the host runs, by name: phases that take a part run on any number of threads, the others on one.
#pragma once
#include "batch-topk.h"
#include "dense-back.h"
#include "orthogonality.h"

static inline size_t most(size_t a, size_t b) { return a > b ? a : b; }

static inline int scratch_floats(const State *s) {
  size_t floats = most(block_floats(s, s->list_capacity), most((size_t)s->d_in + s->d_out, start_floats(s)));
  if (s->list_most > s->list_capacity) floats = most(floats, block_floats(s, s->list_most));
  if (s->skip) floats = most(floats, skip_floats(s));
  if (s->orthogonality) floats = most(floats, orthogonality_floats(s));
  if (s->dense_rows) floats = most(floats, most(dense_forward_floats(s), dense_back_floats(s)));
  return (int)floats + 64;
}

#define PHASES(PARALLEL, SERIAL)                             \
  PARALLEL(derive, derive_part(s, part))                     \
  PARALLEL(encode, encode_part(s, part, thread))             \
  PARALLEL(activate, activate_part(s, part))                 \
  PARALLEL(decode, decode_part(s, part, thread))             \
  PARALLEL(digits, digits_part(s, part))                     \
  SERIAL(select_digit, select_digit(s))                      \
  PARALLEL(choose, choose_part(s, part))                     \
  SERIAL(compact, compact(s))                                \
  PARALLEL(dead_quants, dead_quants_part(s, part))           \
  PARALLEL(back, back_part(s, part, thread))                 \
  PARALLEL(count, count_part(s, part))                       \
  SERIAL(offsets, offsets(s))                                \
  PARALLEL(place, place_part(s, part))                       \
  PARALLEL(scatter, scatter_part(s, part))                   \
  PARALLEL(dense_forward, dense_forward_part(s, part, thread)) \
  PARALLEL(dense_back, dense_back_part(s, part, thread))     \
  PARALLEL(fused, fused_part(s, part, thread))               \
  PARALLEL(gather, gather_part(s, part))                     \
  PARALLEL(unit_rows, unit_rows_part(s, part))               \
  PARALLEL(nearest, nearest_part(s, part))                   \
  PARALLEL(turn, turn_part(s, part, thread))                 \
  PARALLEL(finish, finish_part(s, part))                     \
  PARALLEL(skip, skip_part(s, part, thread))                 \
  SERIAL(reduce, reduce(s))                                  \
  PARALLEL(update, update_part(s, part))                     \
  PARALLEL(update_skip, update_skip_part(s, part))           \
  SERIAL(update_b_dec, update_b_dec(s))
