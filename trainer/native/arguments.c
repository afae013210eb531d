#include "arguments.h"
#include <stdio.h>

Arguments arguments_of(napi_env env, napi_callback_info info, const char *function) {
  Arguments a = {.env = env, .function = function};
  size_t count = MAX_ARGUMENTS;
  a.failed = napi_get_cb_info(env, info, &count, a.values, NULL, NULL) != napi_ok;
  return a;
}

void fail(Arguments *a, const char *message) {
  if (a->failed) return;
  char text[200];
  snprintf(text, sizeof text, "%s: %s", a->function, message);
  napi_throw_range_error(a->env, NULL, text);
  a->failed = 1;
}

int expect(Arguments *a, int holds, const char *message) {
  if (!holds) fail(a, message);
  return !a->failed;
}

static void fail_at(Arguments *a, const char *expected) {
  char text[120];
  snprintf(text, sizeof text, "argument %zu is not %s", a->next, expected);
  fail(a, text);
}

static napi_value take(Arguments *a) {
  return a->next < MAX_ARGUMENTS ? a->values[a->next++] : NULL;
}

static void *take_array(Arguments *a, napi_typedarray_type wanted, const char *name, size_t *length) {
  const napi_value value = take(a);
  napi_typedarray_type type;
  void *data = NULL;
  *length = 0;
  if (a->failed) return NULL;
  bool is_array = false;
  napi_is_typedarray(a->env, value, &is_array);
  if (!is_array || napi_get_typedarray_info(a->env, value, &type, length, &data, NULL, NULL) != napi_ok ||
      type != wanted) {
    fail_at(a, name);
    *length = 0;
    return NULL;
  }
  return data;
}

Floats take_floats(Arguments *a) {
  Floats f;
  f.data = take_array(a, napi_float32_array, "a Float32Array", &f.length);
  return f;
}

Floats take_floats_or_null(Arguments *a) {
  napi_valuetype type = napi_undefined;
  if (!a->failed && a->next < MAX_ARGUMENTS) napi_typeof(a->env, a->values[a->next], &type);
  if (type != napi_null) return take_floats(a);
  take(a);
  return (Floats){NULL, 0};
}

Integers take_integers(Arguments *a) {
  Integers i;
  i.data = take_array(a, napi_int32_array, "an Int32Array", &i.length);
  return i;
}

double take_number(Arguments *a) {
  double number = 0;
  const napi_value value = take(a);
  if (!a->failed && napi_get_value_double(a->env, value, &number) != napi_ok) fail_at(a, "a number");
  return number;
}

size_t take_size(Arguments *a, size_t least, size_t most) {
  const double number = take_number(a);
  if (!a->failed && !(number >= least && number <= most && number == (double)(size_t)number))
    fail_at(a, "a size in range");
  return a->failed ? 0 : (size_t)number;
}

void *take_handle(Arguments *a, const napi_type_tag *tag) {
  const napi_value value = take(a);
  napi_valuetype type;
  bool is_ours = false;
  void *handle = NULL;
  if (a->failed) return NULL;
  if (napi_typeof(a->env, value, &type) != napi_ok || type != napi_external || napi_check_object_type_tag(a->env, value, tag, &is_ours) != napi_ok || !is_ours ||
      napi_get_value_external(a->env, value, &handle) != napi_ok) {
    fail_at(a, "of this addon");
    return NULL;
  }
  return handle;
}

int is_product(size_t length, size_t a, size_t b, size_t c) {
  if (!a || !b || !c || length % a) return 0;
  length /= a;
  return length % b == 0 && length / b == c;
}
