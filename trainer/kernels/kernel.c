// The training step of a sparse autoencoder, and its encoder and decoder alone, as a WebAssembly module.
// trainer/native/training-*.c compile the same for processors.
#include "phases.h"

#define EXPORT(name) __attribute__((export_name(name)))

EXPORT("field_names") const char *export_field_names(void) { return FIELD_NAMES; }
EXPORT("state_bytes") int export_state_bytes(void) { return sizeof(State); }
EXPORT("scratch_floats") int export_scratch_floats(const State *s) { return scratch_floats(s); }

#define PARALLEL(name, call) \
  EXPORT(#name) void export_##name(State *s, int part, int thread) { (void)part, (void)thread, call; }
#define SERIAL(name, call) EXPORT(#name) void export_##name(State *s) { call; }

PHASES(PARALLEL, SERIAL)
