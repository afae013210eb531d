// Threads that share out the tasks of one piece of work at a time. The caller works too.
#pragma once
#include <stddef.h>

typedef struct Pool Pool;

// Which thread does a task is left to chance, so it must not show in the result. `scratch` is the thread's own.
typedef void Work(const void *job, size_t task, void *scratch);

enum { MAX_THREADS = 1024 };

Pool *pool_create(int threads); // NULL when memory or threads could not be had
void pool_destroy(Pool *pool);
int pool_threads(const Pool *pool);
int pool_current_thread(void); // within a task: which of the pool's threads does it; the caller of pool_run is 0

// Does tasks 0 … count − 1, in any order; 0 when there is no memory for the scratch.
int pool_run(Pool *pool, size_t count, size_t scratch_bytes, Work *work, const void *job);

void *aligned_memory(size_t bytes); // on a cache line; NULL when there is none; freed by free()
