// The training step of an autoencoder or transcoder, and its encoder and decoder alone, as a WebAssembly module.
// trainer/native/training-*.c compile the same for processors.
#include "phases.h"

#define EXPORT(name) __attribute__((export_name(name)))

EXPORT("field_names") const char *export_field_names(void) { return FIELD_NAMES; }
EXPORT("state_bytes") int export_state_bytes(void) { return sizeof(State); }
EXPORT("scratch_floats") int export_scratch_floats(const State *s) { return scratch_floats(s); }

EXPORT("exponential") double export_exponential(double x) { return exponential(x); }
EXPORT("logarithm") double export_logarithm(double x) { return logarithm(x); }

#define PARALLEL(name, call) \
  EXPORT(#name) void export_##name(State *s, int part, int thread) { (void)part, (void)thread, call; }
#define SERIAL(name, call) EXPORT(#name) void export_##name(State *s) { call; }

PHASES(PARALLEL, SERIAL)
