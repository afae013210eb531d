// What JavaScript holds between calls: a machine, and weights packed for it.
#pragma once
#include "arguments.h"
#include "processor.h"

enum { MAX_SIZE = INT32_MAX };

// Threads, and the kernels that they run.
typedef struct {
  const Kernels *kernels;
  Pool *pool; // NULL once closed
} Machine;

Machine *take_machine(Arguments *a);
// Packed for this machine's kernels
const Packed *take_weight(Arguments *a, const Machine *m);

napi_value variants(napi_env env, napi_callback_info info);
napi_value open_machine(napi_env env, napi_callback_info info);
napi_value close_handle(napi_env env, napi_callback_info info);
napi_value pack_weight(napi_env env, napi_callback_info info);
napi_value free_handle(napi_env env, napi_callback_info info);
