#include "training-variant.h"

const Training generic_training = TRAINING("128-bit");
