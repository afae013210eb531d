// The training step of a sparse autoencoder, and its encoder and decoder alone, on WebAssembly SIMD.
// Phases that take a part run on any number of threads; the others run on one.
#include "features.h"

#define EXPORT(name) __attribute__((export_name(name)))

EXPORT("field_names") const char *export_field_names(void) { return FIELD_NAMES; }
EXPORT("state_bytes") int export_state_bytes(void) { return sizeof(State); }
EXPORT("scratch_floats") int export_scratch_floats(const State *s) {
  const int gradients = 2 * s->d_in, block = block_floats(s);
  return (block > gradients ? block : gradients) + 64;
}

EXPORT("panels") void export_panels(State *s, int part, int thread) { panels_part(s, part); }
EXPORT("encode") void export_encode(State *s, int part, int thread) { encode_part(s, part, thread); }
EXPORT("decode") void export_decode(State *s, int part, int thread) { decode_part(s, part); }

EXPORT("dead_panels") void export_dead_panels(State *s, int part, int thread) { dead_panels_part(s, part); }
EXPORT("rows") void export_rows(State *s, int part, int thread) { rows_part(s, part, thread); }
EXPORT("offsets") void export_offsets(State *s) { offsets(s); }
EXPORT("scatter") void export_scatter(State *s, int part, int thread) { scatter_part(s, part); }
EXPORT("fused") void export_fused(State *s, int part, int thread) { fused_part(s, part, thread); }
EXPORT("gather") void export_gather(State *s, int part, int thread) { gather_part(s, part); }
EXPORT("finish") void export_finish(State *s, int part, int thread) { finish_part(s, part); }
EXPORT("update") void export_update(State *s, int part, int thread) { update_part(s, part); }
EXPORT("reduce") void export_reduce(State *s) { reduce(s); }
EXPORT("update_b_dec") void export_update_b_dec(State *s) { update_b_dec(s); }
