#include "handles.h"
#include <stdlib.h>

static const napi_type_tag MACHINE = {0x3a1f0c52b6d94e17, 0x9be2675d10c84fa3};
static const napi_type_tag WEIGHT = {0xc40d8e91f7263b5a, 0x57a92fe3140bd68c};

// A weight is packed for one instruction set.
typedef struct {
  const Kernels *kernels;
  Packed packed; // .data NULL once freed
} Weight;

static size_t weight_bytes(const Weight *w) { return w->kernels->packed_bytes(w->packed.depth, w->packed.columns); }

static void close_machine(Machine *m) {
  if (m->pool) pool_destroy(m->pool);
  m->pool = NULL;
}

static void free_weight(napi_env env, Weight *w) {
  int64_t total;
  if (w->packed.data) napi_adjust_external_memory(env, -(int64_t)weight_bytes(w), &total);
  free(w->packed.data);
  w->packed.data = NULL;
}

static void finalize_machine(napi_env env, void *machine, void *hint) {
  (void)env, (void)hint;
  close_machine(machine);
  free(machine);
}

static void finalize_weight(napi_env env, void *weight, void *hint) {
  (void)hint;
  free_weight(env, weight);
  free(weight);
}

Machine *take_machine(Arguments *a) {
  Machine *m = take_handle(a, &MACHINE);
  if (m && !m->pool) fail(a, "the machine has been closed");
  return a->failed ? NULL : m;
}

const Packed *take_weight(Arguments *a, const Machine *m) {
  Weight *w = take_handle(a, &WEIGHT);
  if (w && !w->packed.data) fail(a, "the weight has been freed");
  if (w && m && w->kernels != m->kernels) fail(a, "the weight was packed for another instruction set");
  return a->failed ? NULL : &w->packed;
}

static napi_value handle(Arguments *a, void *data, napi_finalize finalize, const napi_type_tag *tag) {
  napi_value value = NULL;
  if (napi_create_external(a->env, data, finalize, NULL, &value) != napi_ok) {
    finalize(a->env, data, NULL);
    fail(a, "no handle could be made");
    return NULL;
  }
  napi_type_tag_object(a->env, value, tag);
  return value;
}

// variants() → [{ name, precision }], of each precision the best first
napi_value variants(napi_env env, napi_callback_info info) {
  (void)info;
  const Kernels *found[MAX_VARIANTS];
  const int count = supported_kernels(found);
  napi_value list, variant, text;
  napi_create_array(env, &list);
  for (int i = 0; i < count; i++) {
    napi_create_object(env, &variant);
    napi_create_string_utf8(env, found[i]->name, NAPI_AUTO_LENGTH, &text);
    napi_set_named_property(env, variant, "name", text);
    napi_create_string_utf8(env, found[i]->precision, NAPI_AUTO_LENGTH, &text);
    napi_set_named_property(env, variant, "precision", text);
    napi_set_element(env, list, i, variant);
  }
  return list;
}

// open(which of variants(), threads) → machine
napi_value open_machine(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "open");
  const Kernels *found[MAX_VARIANTS];
  const size_t which = take_size(&a, 0, supported_kernels(found) - 1), threads = take_size(&a, 1, MAX_THREADS);
  if (a.failed) return NULL;
  Machine *m = malloc(sizeof(Machine));
  if (m) *m = (Machine){found[which], pool_create(threads)};
  if (m && m->pool) return handle(&a, m, finalize_machine, &MACHINE);
  free(m);
  fail(&a, "threads could not be started");
  return NULL;
}

napi_value close_handle(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "close");
  Machine *m = take_handle(&a, &MACHINE);
  if (m) close_machine(m);
  return NULL;
}

napi_value free_handle(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "free");
  Weight *w = take_handle(&a, &WEIGHT);
  if (w) free_weight(env, w);
  return NULL;
}

// pack(machine, W, depth, columns, whether W is stored [columns, depth]) → weight
napi_value pack_weight(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "pack");
  const Machine *m = take_machine(&a);
  const Floats W = take_floats(&a);
  const size_t depth = take_size(&a, 1, MAX_SIZE), columns = take_size(&a, 1, MAX_SIZE);
  const size_t is_transposed = take_size(&a, 0, 1);
  if (!expect(&a, is_product(W.length, depth, columns, 1), "W does not have these sizes")) return NULL;
  Weight *w = malloc(sizeof(Weight));
  if (w) *w = (Weight){m->kernels, {depth, columns, aligned_memory(m->kernels->packed_bytes(depth, columns))}};
  if (!w || !w->packed.data ||
      !m->kernels->pack(m->pool, &w->packed, W.data, is_transposed ? 1 : columns, is_transposed ? depth : 1)) {
    if (w) free(w->packed.data);
    free(w);
    fail(&a, "there is no memory for the weight");
    return NULL;
  }
  int64_t total;
  napi_adjust_external_memory(env, weight_bytes(w), &total);
  return handle(&a, w, finalize_weight, &WEIGHT);
}
