// How products are computed within a task: in float32, or in bfloat16 where a variant asks for so many PARTS.
#pragma once
#ifdef PARTS
#include "blocks-bfloat16.h"
#else
#include "blocks-float32.h"
#endif
