#include "pool.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

enum { SPINS = 2000, HUGE_PAGE = 2 << 20 }; // about 20 µs: the next operation comes soon or not at all

struct Pool {
  int threads;
  pthread_t *helpers; // threads − 1 of them
  void **scratch;     // one for each thread
  size_t scratch_bytes;
  pthread_mutex_t mutex;
  pthread_cond_t begun, ended;
  atomic_uint round; // goes up when work begins
  atomic_int busy;   // helpers that have not finished this round
  int stopping;
  Work *work;
  const void *job;
  size_t count;
  atomic_size_t next;
};

typedef struct {
  Pool *pool;
  int number;
} Helper;

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void do_tasks(Pool *p, int thread) {
  for (size_t task; (task = atomic_fetch_add(&p->next, 1)) < p->count;)
    p->work(p->job, task, p->scratch[thread]);
}

static _Thread_local int current_thread; // 0 on threads that are not a pool's own

int pool_current_thread(void) { return current_thread; }

static void *help(void *argument) {
  const Helper helper = *(Helper *)argument;
  Pool *p = helper.pool;
  current_thread = helper.number;
  free(argument);
  for (unsigned seen = 0;;) {
    for (int i = 0; i < SPINS && atomic_load(&p->round) == seen; i++) relax();
    pthread_mutex_lock(&p->mutex);
    while (atomic_load(&p->round) == seen) pthread_cond_wait(&p->begun, &p->mutex);
    seen = atomic_load(&p->round);
    const int stopping = p->stopping;
    pthread_mutex_unlock(&p->mutex);
    if (stopping) return NULL;
    do_tasks(p, helper.number);
    if (atomic_fetch_sub(&p->busy, 1) == 1) {
      pthread_mutex_lock(&p->mutex);
      pthread_cond_signal(&p->ended);
      pthread_mutex_unlock(&p->mutex);
    }
  }
}

static void begin_round(Pool *p) {
  pthread_mutex_lock(&p->mutex);
  atomic_fetch_add(&p->round, 1);
  pthread_cond_broadcast(&p->begun);
  pthread_mutex_unlock(&p->mutex);
}

static int grow_scratch(Pool *p, size_t bytes) {
  if (bytes <= p->scratch_bytes) return 1;
  p->scratch_bytes = 0;
  for (int i = 0; i < p->threads; i++) {
    free(p->scratch[i]);
    p->scratch[i] = aligned_memory(bytes);
  }
  for (int i = 0; i < p->threads; i++)
    if (!p->scratch[i]) return 0;
  p->scratch_bytes = bytes;
  return 1;
}

int pool_run(Pool *p, size_t count, size_t scratch_bytes, Work *work, const void *job) {
  if (!grow_scratch(p, scratch_bytes)) return 0;
  p->work = work;
  p->job = job;
  p->count = count;
  atomic_store(&p->next, 0);
  if (p->threads == 1 || count <= 1) {
    do_tasks(p, 0);
    return 1;
  }
  atomic_store(&p->busy, p->threads - 1);
  begin_round(p);
  do_tasks(p, 0);
  for (int i = 0; i < SPINS && atomic_load(&p->busy) > 0; i++) relax();
  pthread_mutex_lock(&p->mutex);
  while (atomic_load(&p->busy) > 0) pthread_cond_wait(&p->ended, &p->mutex);
  pthread_mutex_unlock(&p->mutex);
  return 1;
}

Pool *pool_create(int threads) {
  Pool *p = calloc(1, sizeof(Pool));
  if (!p) return NULL;
  pthread_mutex_init(&p->mutex, NULL);
  pthread_cond_init(&p->begun, NULL);
  pthread_cond_init(&p->ended, NULL);
  p->threads = 1;
  p->scratch = calloc(threads, sizeof(void *));
  p->helpers = calloc(threads, sizeof(pthread_t));
  while (p->scratch && p->helpers && p->threads < threads) {
    Helper *helper = malloc(sizeof(Helper));
    if (!helper) break;
    *helper = (Helper){p, p->threads};
    if (pthread_create(&p->helpers[p->threads - 1], NULL, help, helper)) {
      free(helper);
      break;
    }
    p->threads++;
  }
  if (p->scratch && p->helpers && p->threads == threads) return p;
  pool_destroy(p);
  return NULL;
}

void pool_destroy(Pool *p) {
  p->stopping = 1;
  begin_round(p);
  for (int i = 0; i < p->threads - 1; i++) pthread_join(p->helpers[i], NULL);
  for (int i = 0; p->scratch && i < p->threads; i++) free(p->scratch[i]);
  pthread_mutex_destroy(&p->mutex);
  pthread_cond_destroy(&p->begun);
  pthread_cond_destroy(&p->ended);
  free(p->scratch);
  free(p->helpers);
  free(p);
}

int pool_threads(const Pool *pool) { return pool->threads; }

void *aligned_memory(size_t bytes) {
  const size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : 64;
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, bytes ? bytes : 1)) return NULL;
#if defined(__linux__)
  if (bytes >= HUGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE); // fewer misses of the address cache; may be refused
#endif
  return memory;
}
