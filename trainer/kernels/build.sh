#!/bin/sh
# Builds sae.wasm from the C source beside it (clang and lld of LLVM 19; Debian: clang-19 lld-19).
# The result is committed, so nothing else needs a compiler; a test compares sources.sha256 with the source.
set -e
cd "$(dirname "$0")"
"${CLANG:-clang-19}" --target=wasm32 -O3 -std=c11 -Wall -Wextra -Werror \
  -msimd128 -matomics -mbulk-memory -mmutable-globals -nostdlib -ffreestanding -fno-math-errno \
  -Wl,--no-entry -Wl,--import-memory -Wl,--shared-memory -Wl,--max-memory=4294967296 \
  -Wl,--export=__stack_pointer -Wl,--export=__heap_base -Wl,-z,stack-size=65536 -Wl,--strip-all \
  kernel.c -o sae.wasm
cat -- *.c *.h | sha256sum | cut -d" " -f1 > sources.sha256
