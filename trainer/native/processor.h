// Which instruction sets this processor has.
#pragma once
#include "kernels.h"
#include "training.h"

enum { MAX_VARIANTS = 5 };

// The best of each precision first; returns how many there are.
int supported_kernels(const Kernels *found[MAX_VARIANTS]);
