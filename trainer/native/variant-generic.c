#include "variant.h"

const Kernels generic_kernels = KERNELS("128-bit", "float32");
