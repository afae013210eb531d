// A State outside of JavaScript's memory, whose arrays JavaScript sees as ArrayBuffers; its fields go by name.
#define _GNU_SOURCE
#include "training.h"
#include "arguments.h"
#include "pool.h"
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

static const napi_type_tag TRAINING = {0x6d2b94e07c51f83a, 0xa1c8e35f0b7d4296};

#define COUNT(kind, name) +1
enum { FIELDS = STATE_FIELDS(COUNT), HUGE_PAGE = 2 << 20, NAME_BYTES = 40 };

typedef struct {
  char kind; // as in STATE_FIELDS
  const char *name;
  size_t offset;
} Field;

#define FIELD(kind, name) {#kind[0], #name, offsetof(State, name)},
static const Field fields[] = {STATE_FIELDS(FIELD)};

// An autoencoder's numbers, and the threads and kernels that work on them.
typedef struct {
  const Training *kernels;
  Pool *pool; // NULL once closed
  State state;
  napi_ref arrays[FIELDS]; // keep what the state points to
} Run;

// Zeros, which the system gives page by page when they are first touched.
static void *zeros(size_t bytes, void **block) {
  const size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : 64;
  *block = calloc(1, bytes + alignment);
  if (!*block) return NULL;
  char *memory = (char *)(((uintptr_t)*block + alignment - 1) & ~(uintptr_t)(alignment - 1));
#if defined(__linux__)
  if (bytes >= HUGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE); // fewer misses of the address cache; may be refused
#endif
  return memory;
}

static void free_block(napi_env env, void *memory, void *block) {
  (void)env, (void)memory;
  free(block);
}

// Arrays that JavaScript still looks at become empty.
static void close_run(napi_env env, Run *run) {
  if (!run->pool) return;
  pool_destroy(run->pool);
  run->pool = NULL;
  for (int i = 0; i < FIELDS; i++) {
    napi_value array = NULL;
    if (!run->arrays[i]) continue;
    if (napi_get_reference_value(env, run->arrays[i], &array) == napi_ok && array) napi_detach_arraybuffer(env, array);
    napi_delete_reference(env, run->arrays[i]);
    run->arrays[i] = NULL;
  }
}

static void finalize_run(napi_env env, void *run, void *hint) {
  (void)hint;
  close_run(env, run);
  free(run);
}

static Run *take_run(Arguments *a) {
  Run *run = take_handle(a, &TRAINING);
  if (run && !run->pool) fail(a, "the kernel has been closed");
  return a->failed ? NULL : run;
}

static void take_text(Arguments *a, char text[NAME_BYTES]) {
  size_t length = 0;
  text[0] = 0;
  if (a->failed) return;
  const napi_value value = a->values[a->next++];
  if (napi_get_value_string_utf8(a->env, value, text, NAME_BYTES, &length) != napi_ok) fail(a, "a name is no text");
}

// The field that the next argument names; `kinds`: those it may have.
static const Field *take_field(Arguments *a, const char *kinds) {
  char name[NAME_BYTES];
  take_text(a, name);
  for (int i = 0; i < FIELDS; i++)
    if (!strcmp(fields[i].name, name) && strchr(kinds, fields[i].kind)) return a->failed ? NULL : fields + i;
  fail(a, "no such field");
  return NULL;
}

// trainingVariants() → names, the best first
napi_value training_variants(napi_env env, napi_callback_info info) {
  (void)info;
  const Training *found[MAX_TRAININGS];
  const int count = supported_trainings(found);
  napi_value list, name;
  napi_create_array(env, &list);
  for (int i = 0; i < count; i++) {
    napi_create_string_utf8(env, found[i]->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, i, name);
  }
  return list;
}

// openTraining(which of trainingVariants(), threads) → kernel
napi_value open_training(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "openTraining");
  const Training *found[MAX_TRAININGS];
  const size_t which = take_size(&a, 0, supported_trainings(found) - 1), threads = take_size(&a, 1, MAX_THREADS);
  if (a.failed) return NULL;
  napi_value value = NULL;
  Run *run = calloc(1, sizeof(Run));
  if (run) run->kernels = found[which], run->pool = pool_create(threads);
  if (!run || !run->pool || napi_create_external(env, run, finalize_run, NULL, &value) != napi_ok) {
    if (run) close_run(env, run);
    free(run);
    fail(&a, "threads could not be started");
    return NULL;
  }
  napi_type_tag_object(env, value, &TRAINING);
  return value;
}

napi_value close_training(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "closeTraining");
  Run *run = take_handle(&a, &TRAINING);
  if (run) close_run(env, run);
  return NULL;
}

// setField(kernel, name, number)
napi_value set_field(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "setField");
  Run *run = take_run(&a);
  const Field *field = take_field(&a, "if");
  const double number = take_number(&a);
  if (a.failed) return NULL;
  char *at = (char *)&run->state + field->offset;
  if (field->kind == 'f') *(float *)at = (float)number;
  else if (expect(&a, number >= INT32_MIN && number <= INT32_MAX, "the number is too large")) *(int *)at = (int)number;
  return NULL;
}

// getField(kernel, name) → number
napi_value get_field(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "getField");
  Run *run = take_run(&a);
  const Field *field = take_field(&a, "if");
  if (a.failed) return NULL;
  const char *at = (const char *)&run->state + field->offset;
  napi_value number = NULL;
  napi_create_double(env, field->kind == 'f' ? *(const float *)at : *(const int *)at, &number);
  return number;
}

// The array's memory, as an ArrayBuffer.
static napi_value new_array(Arguments *a, Run *run, const Field *field, size_t bytes) {
  void *block;
  napi_value array = NULL;
  void *memory = zeros(bytes ? bytes : 1, &block);
  if (!memory) {
    fail(a, "no memory");
    return NULL;
  }
  if (napi_create_external_arraybuffer(a->env, memory, bytes, free_block, block, &array) != napi_ok ||
      napi_create_reference(a->env, array, 1, &run->arrays[field - fields]) != napi_ok) {
    if (!array) free(block);
    fail(a, "no memory");
    return NULL;
  }
  *(void **)((char *)&run->state + field->offset) = memory;
  return array;
}

// allocateField(kernel, name, length) → ArrayBuffer of zeros
napi_value allocate_field(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "allocateField");
  Run *run = take_run(&a);
  const Field *field = take_field(&a, "IFD");
  const size_t length = take_size(&a, 0, SIZE_MAX / 32);
  if (!a.failed && run->arrays[field - fields]) fail(&a, "the field has been allocated");
  return a.failed ? NULL : new_array(&a, run, field, length * (field->kind == 'D' ? sizeof(double) : sizeof(float)));
}

typedef struct {
  State *state;
  const Phase *phase;
} Parts;

static void run_part(const void *job, size_t part, void *scratch) {
  (void)scratch;
  const Parts *parts = job;
  parts->phase->run(parts->state, (int)part, pool_current_thread());
}

// Allocated before the first phase: how much depends on the scalars.
static int has_scratch(Arguments *a, Run *run) {
  if (run->state.scratch) return 1;
  const int each = run->kernels->scratch_floats(&run->state);
  const Field *field = fields;
  while (strcmp(field->name, "scratch")) field++;
  run->state.scratch_floats = each;
  return new_array(a, run, field, sizeof(float) * each * pool_threads(run->pool)) != NULL;
}

// runPhase(kernel, name)
napi_value run_phase(napi_env env, napi_callback_info info) {
  Arguments a = arguments_of(env, info, "runPhase");
  Run *run = take_run(&a);
  char name[NAME_BYTES];
  take_text(&a, name);
  if (a.failed || !has_scratch(&a, run)) return NULL;
  const Phase *phase = run->kernels->phases;
  while (phase->name && strcmp(phase->name, name)) phase++;
  if (!expect(&a, phase->name != NULL, "no such phase")) return NULL;
  const Parts parts = {&run->state, phase};
  if (phase->is_parallel) pool_run(run->pool, PARTS, 0, run_part, &parts);
  else phase->run(&run->state, 0, 0);
  return NULL;
}
