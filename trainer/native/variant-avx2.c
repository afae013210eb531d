// Compiled for AVX2 and FMA.
#include "variant.h"

const Kernels avx2_kernels = KERNELS("AVX2", "float32");
