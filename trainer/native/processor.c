#define _GNU_SOURCE
#include "processor.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__x86_64__)
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

// AMX tiles are part of a thread's state that Linux gives to a process only when it asks, before it starts threads.
static int has_amx(void) {
#if defined(__linux__)
  enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18, AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, AVX512_BF16 = 1 << 5 };
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & (AMX_BF16 | AMX_TILE)) != (AMX_BF16 | AMX_TILE)) return 0;
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & AVX512_BF16)) return 0;
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
#else
  return 0;
#endif
}
#endif

int supported_kernels(const Kernels *found[MAX_VARIANTS]) {
  int count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_avx512()) found[count++] = &avx512_kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found[count++] = &avx2_kernels;
#endif
  found[count++] = &generic_kernels;
#if defined(__x86_64__)
  if (has_avx512() && has_amx()) {
    found[count++] = &bf16x3_kernels;
    found[count++] = &bf16x6_kernels;
  }
#endif
  return count;
}

int supported_trainings(const Training *found[MAX_TRAININGS]) {
  int count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_avx512() && __builtin_cpu_supports("avx512vnni")) found[count++] = &vnni_training;
  if (has_avx512()) found[count++] = &avx512_training;
  if (__builtin_cpu_supports("avx2")) found[count++] = &avx2_training;
#endif
  found[count++] = &generic_training;
  return count;
}
