// What JavaScript passes, checked: whichever argument is not what it should be throws, and the rest are not looked at.
#pragma once
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_ARGUMENTS = 32 };

typedef struct {
  napi_env env;
  const char *function;
  napi_value values[MAX_ARGUMENTS];
  size_t next;
  int failed; // an exception is pending
} Arguments;

typedef struct {
  float *data; // NULL where null was passed
  size_t length;
} Floats;

typedef struct {
  int32_t *data;
  size_t length;
} Integers;

Arguments arguments_of(napi_env env, napi_callback_info info, const char *function);
void fail(Arguments *a, const char *message);
// Throws unless `holds`; returns whether all is well so far.
int expect(Arguments *a, int holds, const char *message);

Floats take_floats(Arguments *a);
Floats take_floats_or_null(Arguments *a);
Integers take_integers(Arguments *a);
size_t take_size(Arguments *a, size_t least, size_t most);
double take_number(Arguments *a);
void *take_handle(Arguments *a, const napi_type_tag *tag);

// Whether length = a · b · c, without overflow
int is_product(size_t length, size_t a, size_t b, size_t c);
