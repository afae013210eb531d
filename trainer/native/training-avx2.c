// Compiled for AVX2.
#include "training-variant.h"

const Training avx2_training = TRAINING("AVX2");
