// The door to JavaScript: every pointer and size that the kernels work with is checked here, against each other.
#include "handles.h"
#include "training.h"

// product(machine, out, x, weight, bias or null)
static napi_value product(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "product");
  const Machine *m = take_machine(&a);
  const Floats out = take_floats(&a), x = take_floats(&a);
  const Packed *weight = take_weight(&a, m);
  const Floats bias = take_floats_or_null(&a);
  if (a.failed) return NULL;
  const size_t n = x.length / weight->depth;
  if (!expect(&a, n > 0 && is_product(x.length, n, weight->depth, 1), "x has another width than W") ||
      !expect(&a, is_product(out.length, n, weight->columns, 1), "out has another size than x · W") ||
      !expect(&a, !bias.data || bias.length == weight->columns, "the bias has another length than a row"))
    return NULL;
  expect(&a, m->kernels->product(m->pool, &(Product){x.data, weight, bias.data, out.data, n}), "no memory");
  return NULL;
}

// map(machine, function, out, x, y or null)
static napi_value map(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "map");
  const Machine *m = take_machine(&a);
  const Function function = take_size(&a, 0, FUNCTIONS - 1);
  const Floats out = take_floats(&a), x = take_floats(&a), y = take_floats_or_null(&a);
  if (!expect(&a, (y.data != NULL) == (function >= ADD), "the function takes another number of arguments") ||
      !expect(&a, out.length == x.length && (!y.data || y.length == x.length), "lengths differ"))
    return NULL;
  expect(&a, m->kernels->map(m->pool, &(Map){function, x.data, y.data, out.data, x.length}), "no memory");
  return NULL;
}

// rows(machine, norm, out, x, width, gain or null, bias or null, eps)
static napi_value rows(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "rows");
  const Machine *m = take_machine(&a);
  const Norm norm = take_size(&a, 0, NORMS - 1);
  const Floats out = take_floats(&a), x = take_floats(&a);
  const size_t width = take_size(&a, 1, MAX_SIZE);
  const Floats gain = take_floats_or_null(&a), bias = take_floats_or_null(&a);
  const float eps = take_number(&a);
  if (a.failed) return NULL;
  if (!expect(&a, out.length == x.length && x.length % width == 0, "x and out are not rows of this width") ||
      !expect(&a, (!gain.data || gain.length == width) && (!bias.data || bias.length == width),
              "gain or bias has another length than a row"))
    return NULL;
  const Rows job = {norm, x.data, gain.data, bias.data, out.data, x.length / width, width, eps};
  expect(&a, m->kernels->rows(m->pool, &job), "no memory");
  return NULL;
}

// data, offset, heads, row_step, head_step, cos or null, sin or null; checked to lie within `data`
static Heads take_heads(Arguments *a, size_t n, size_t context_size, size_t width) {
  const Floats data = take_floats(a);
  const size_t offset = take_size(a, 0, data.length), heads = take_size(a, 1, MAX_SIZE);
  const size_t row_step = take_size(a, 1, MAX_SIZE), head_step = take_size(a, 1, MAX_SIZE);
  const Floats cos = take_floats_or_null(a), sin = take_floats_or_null(a);
  if (a->failed) return (Heads){0};
  const size_t length = data.length - offset, half = cos.length / context_size;
  if (!expect(a, width <= length && heads - 1 <= (length - width) / head_step, "a head lies outside of its data") ||
      !expect(a, n - 1 <= (length - width - (heads - 1) * head_step) / row_step, "a row lies outside of its data"))
    return (Heads){0};
  expect(a, cos.length == sin.length && cos.length % context_size == 0 && half <= width / 2,
         "the rotation has another size than the head");
  return (Heads){data.data + offset, heads, row_step, head_step, {cos.data, sin.data, half}};
}

// attend(machine, out, contexts, context_size, width, q…, k…, v…)
static napi_value attend(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "attend");
  const Machine *m = take_machine(&a);
  const Floats out = take_floats(&a);
  const size_t contexts = take_size(&a, 1, MAX_SIZE), context_size = take_size(&a, 1, MAX_SIZE);
  const size_t width = take_size(&a, 1, MAX_SIZE), n = contexts * context_size;
  if (a.failed) return NULL;
  Attention job = {.out = out.data, .contexts = contexts, .context_size = context_size, .width = width};
  job.q = take_heads(&a, n, context_size, width);
  job.k = take_heads(&a, n, context_size, width);
  job.v = take_heads(&a, n, context_size, width);
  if (!expect(&a, !a.failed && is_product(out.length, n, job.q.heads, width), "out has another size than q") ||
      !expect(&a, job.v.heads == job.k.heads && job.q.heads % job.k.heads == 0, "heads of q, k, v do not fit") ||
      !expect(&a, !job.v.rotation.half, "values are not rotated"))
    return NULL;
  expect(&a, m->kernels->attend(m->pool, &job), "no memory");
  return NULL;
}

// losses(machine, x, x̂ or null, weight, targets, context_size, ce, ce of x̂ or null, kl or null)
static napi_value losses(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "losses");
  const Machine *m = take_machine(&a);
  const Floats x = take_floats(&a), x_hat = take_floats_or_null(&a);
  const Packed *weight = take_weight(&a, m);
  const Integers targets = take_integers(&a);
  const size_t context_size = take_size(&a, 2, MAX_SIZE);
  const Floats ce = take_floats(&a), ce_hat = take_floats_or_null(&a), kl = take_floats_or_null(&a);
  if (a.failed) return NULL;
  const size_t contexts = targets.length / (context_size - 1), hats = x_hat.data ? targets.length : 0;
  if (!expect(&a, contexts > 0 && is_product(targets.length, contexts, context_size - 1, 1), "targets do not fit") ||
      !expect(&a, is_product(x.length, contexts, context_size, weight->depth), "x has another size than targets") ||
      !expect(&a, !x_hat.data || x_hat.length == x.length, "x and x̂ have different sizes") ||
      !expect(&a, ce.length == targets.length && ce_hat.length == hats && kl.length == hats, "results do not fit"))
    return NULL;
  for (size_t i = 0; i < targets.length; i++)
    if (!expect(&a, targets.data[i] >= 0 && (size_t)targets.data[i] < weight->columns, "no such target")) return NULL;
  const Losses job = {x.data,  x_hat.data,  weight,  targets.data, ce.data,
                      ce_hat.data, kl.data, contexts, context_size};
  expect(&a, m->kernels->losses(m->pool, &job), "no memory");
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback call;
  } functions[] = {{"variants", variants}, {"open", open_machine}, {"close", close_handle},
                   {"pack", pack_weight}, {"free", free_handle}, {"product", product}, {"map", map},
                   {"rows", rows}, {"attend", attend}, {"losses", losses}, {"trainingVariants", training_variants},
                   {"openTraining", open_training}, {"closeTraining", close_training}, {"setField", set_field},
                   {"getField", get_field}, {"allocateField", allocate_field}, {"runPhase", run_phase}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  return exports;
}
