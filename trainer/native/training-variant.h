// All phases for the instruction set that the including file is compiled for.
#pragma once
#include "../kernels/phases.h"
#include "training.h"

#define PARALLEL(name, call) \
  static void phase_##name(State *s, int part, int thread) { (void)part, (void)thread, call; }
#define SERIAL(name, call) \
  static void phase_##name(State *s, int part, int thread) { (void)part, (void)thread, call; }
PHASES(PARALLEL, SERIAL)
#undef PARALLEL
#undef SERIAL

#define PARALLEL(name, call) {#name, 1, phase_##name},
#define SERIAL(name, call) {#name, 0, phase_##name},
#define TRAINING(title) {title, scratch_floats, {PHASES(PARALLEL, SERIAL)}}
