// Compiled for AVX-512.
#include "training-variant.h"

const Training avx512_training = TRAINING("AVX-512");
