// What the host runs, by name: phases that take a part run on any number of threads, the others on one.
#pragma once
#include "features.h"

static inline int scratch_floats(const State *s) {
  const int gradients = 2 * s->d_in, block = block_floats(s);
  return (block > gradients ? block : gradients) + 64;
}

#define PHASES(PARALLEL, SERIAL)                     \
  PARALLEL(panels, panels_part(s, part))             \
  PARALLEL(encode, encode_part(s, part, thread))     \
  PARALLEL(decode, decode_part(s, part))             \
  PARALLEL(dead_panels, dead_panels_part(s, part))   \
  PARALLEL(rows, rows_part(s, part, thread))         \
  SERIAL(offsets, offsets(s))                        \
  PARALLEL(scatter, scatter_part(s, part))           \
  PARALLEL(fused, fused_part(s, part, thread))       \
  PARALLEL(gather, gather_part(s, part))             \
  PARALLEL(finish, finish_part(s, part))             \
  PARALLEL(update, update_part(s, part))             \
  SERIAL(reduce, reduce(s))                          \
  SERIAL(update_b_dec, update_b_dec(s))
