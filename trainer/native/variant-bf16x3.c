// Compiled for AVX-512 and AMX.
#define PARTS 2
#include "variant.h"

const Kernels bf16x3_kernels = KERNELS("AMX, bf16x3", "bf16x3");
