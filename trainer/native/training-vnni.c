// Compiled for AVX-512 with VNNI: products of integers are added up in one instruction.
#include "training-variant.h"

const Training vnni_training = TRAINING("AVX-512 VNNI");
