import { UsageError } from "../../bundle/errors.ts";
import { type Addon, isThere, loadAddon, whyNotBuilt } from "../../model/native/addon.ts";
import type { KernelChoice } from "./choices.ts";
import { createNativeKernel } from "./native-kernel.ts";
import { createPortableKernel, MOST_BYTES } from "./portable-kernel.ts";
import type { ParallelPhase } from "./threads.ts";

/** Kernel functions that run on one thread. */
export type SerialPhase = "select_digit" | "compact" | "offsets" | "reduce" | "update_b_dec";

/**
 * The compiled kernel (trainer/kernels) with its State in memory that all threads share.
 * Fields are named as in kernels/state.h, the one place where the layout stands.
 */
export type Kernel = {
  get(scalar: string): number;
  set(scalars: Record<string, number>): void;
  floats(array: string): Float32Array;
  ints(array: string): Int32Array;
  doubles(array: string): Float64Array;
  run(phase: SerialPhase): void;
  runParts(phase: ParallelPhase): void;
  dispose(): Promise<void>;
};

export type KernelSizes = {
  threads: number;
  scalars: Record<string, number>;
  /** elements of each array; an array left out must not be touched by the phases that are run */
  arrays: Record<string, number>;
};

/** What does the work, and who watches. */
export type KernelChoices = {
  /** by default native where it has been built; either gives the same bytes */
  sae_kernel?: KernelChoice;
  /** is told how long each phase took */
  took?: Took;
};
export type Took = (phase: SerialPhase | ParallelPhase, milliseconds: number) => void;

export type KernelOptions = KernelSizes & KernelChoices;

export async function createKernel({
  sae_kernel = "auto",
  took,
  ...sizes
}: KernelOptions): Promise<Kernel> {
  const kernel = await (isNative(sae_kernel)
    ? createNativeKernel(nativeAddon(), sizes)
    : createPortableKernel(sizes));
  return took ? timed(kernel, took) : kernel;
}

function timed(kernel: Kernel, took: Took): Kernel {
  function time<Phase extends SerialPhase | ParallelPhase>(run: (phase: Phase) => void) {
    return (phase: Phase) => {
      const begun = performance.now();
      run(phase);
      took(phase, performance.now() - begun);
    };
  }
  return { ...kernel, run: time(kernel.run), runParts: time(kernel.runParts) };
}

/** What trains and applies autoencoders, as manifests name it. */
export function kernelName(sae_kernel: KernelChoice): string {
  return isNative(sae_kernel)
    ? `native (${nativeAddon().trainingVariants()[0]})`
    : "WebAssembly SIMD";
}

/** Most bytes that a kernel can have. */
export function mostKernelBytes(choice: KernelChoice): number {
  return isNative(choice) ? Number.POSITIVE_INFINITY : MOST_BYTES;
}

export function isNative(choice: KernelChoice): boolean {
  return choice === "native" || (choice === "auto" && isThere());
}

/** One that was built from other sources is refused, even where it was not asked for by name. */
function nativeAddon(): Addon {
  const missing = whyNotBuilt();
  if (missing)
    throw new UsageError(
      `--sae_kernel native cannot be had: ${missing}; npm run build:native builds them anew, --sae_kernel portable does without`,
    );
  return loadAddon();
}
