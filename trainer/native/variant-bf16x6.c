// Compiled for AVX-512 and AMX.
#define PARTS 3
#include "variant.h"

const Kernels bf16x6_kernels = KERNELS("AMX, bf16x6", "bf16x6");
