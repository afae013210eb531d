// The kernels that train and apply autoencoders (trainer/kernels), compiled once for each instruction set.
#pragma once
#include "../kernels/state.h"
#include <node_api.h>

typedef struct {
  const char *name;
  int is_parallel; // runs once for each of PARTS parts, on any thread
  void (*run)(State *, int part, int thread);
} Phase;

enum { MAX_PHASES = 64 };

typedef struct {
  const char *name;
  int (*scratch_floats)(const State *);
  Phase phases[MAX_PHASES]; // until one without a name
} Training;

extern const Training generic_training;
#if defined(__x86_64__)
extern const Training avx2_training, avx512_training, vnni_training;
#endif

enum { MAX_TRAININGS = 4 };

// Those that this processor runs, the best first; returns how many there are.
int supported_trainings(const Training *found[MAX_TRAININGS]);

napi_value training_variants(napi_env env, napi_callback_info info);
napi_value open_training(napi_env env, napi_callback_info info);
napi_value close_training(napi_env env, napi_callback_info info);
napi_value allocate_field(napi_env env, napi_callback_info info);
napi_value set_field(napi_env env, napi_callback_info info);
napi_value get_field(napi_env env, napi_callback_info info);
napi_value run_phase(napi_env env, napi_callback_info info);
