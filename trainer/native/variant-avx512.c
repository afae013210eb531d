// Compiled for AVX-512.
#include "variant.h"

const Kernels avx512_kernels = KERNELS("AVX-512", "float32");
