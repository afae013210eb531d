// All kernels for the instruction set that the including file is compiled for.
#pragma once
#include "attention.h"
#include "elementwise.h"
#include "losses.h"
#include "product.h"

#define KERNELS(title, precision) {title, precision, packed_bytes, pack, product, map, rows, attend, losses}
