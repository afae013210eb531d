import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Precision } from "../devices/choices.ts";

/** What the addon hands out; it takes back only its own. */
export type Machine = { readonly machine: unique symbol };
export type PackedWeight = { readonly weight: unique symbol };
export type TrainingKernel = { readonly training: unique symbol };

/** The kernels for an instruction set. */
export type Variant = { name: string; precision: Precision };

/** Numbers of kernels.h. */
export const functions = { gelu: 0, geluTanh: 1, silu: 2, add: 3, multiply: 4 } as const;
export const norms = { layerNorm: 0, rmsNorm: 1, scale: 2 } as const;

type Floats = Float32Array;

/** data, offset, heads, from a position to the next, from a head to the next, cos, sin */
export type HeadArguments = [Floats, number, number, number, number, Floats | null, Floats | null];

/** trainer/native/addon.c, which checks every size itself. All calls return when the work is done. */
export type Addon = {
  /** what this processor has, of each precision the best first */
  variants(): Variant[];
  /** `variant`: which of them */
  open(variant: number, threads: number): Machine;
  close(machine: Machine): void;
  /** W [depth, columns], or stored [columns, depth] when `isTransposed` */
  pack(
    machine: Machine,
    W: Floats,
    depth: number,
    columns: number,
    isTransposed: 0 | 1,
  ): PackedWeight;
  free(weight: PackedWeight): void;
  product(
    machine: Machine,
    out: Floats,
    x: Floats,
    weight: PackedWeight,
    bias: Floats | null,
  ): void;
  map(machine: Machine, name: number, out: Floats, x: Floats, y: Floats | null): void;
  rows(
    machine: Machine,
    norm: number,
    out: Floats,
    x: Floats,
    width: number,
    gain: Floats | null,
    bias: Floats | null,
    eps: number,
  ): void;
  attend(
    machine: Machine,
    out: Floats,
    contexts: number,
    context_size: number,
    width: number,
    ...qkv: [...HeadArguments, ...HeadArguments, ...HeadArguments]
  ): void;
  losses(
    machine: Machine,
    x: Floats,
    xHat: Floats | null,
    weight: PackedWeight,
    targets: Int32Array,
    context_size: number,
    ce: Floats,
    ceHat: Floats | null,
    kl: Floats | null,
  ): void;

  /** instruction sets of trainer/kernels that this processor has, the best first */
  trainingVariants(): string[];
  openTraining(variant: number, threads: number): TrainingKernel;
  /** the kernel's arrays become empty */
  closeTraining(kernel: TrainingKernel): void;
  /** fields are those of trainer/kernels/state.h */
  setField(kernel: TrainingKernel, scalar: string, value: number): void;
  getField(kernel: TrainingKernel, scalar: string): number;
  /** zeros */
  allocateField(kernel: TrainingKernel, array: string, length: number): ArrayBuffer;
  /** phases are those of trainer/kernels/phases.h */
  runPhase(kernel: TrainingKernel, phase: string): void;
};

const native = join(import.meta.dirname, "../../../native");
const sourceFolders = [native, join(import.meta.dirname, "../../../kernels")];
const built = join(native, "build", `${process.platform}-${process.arch}`);

/** Whether the kernels have been built here, from whichever sources. */
export function isThere(folder = built): boolean {
  return existsSync(join(folder, "build.json"));
}

/** Null when the kernels have been built here, from the sources as they are now; else what is missing. */
export function whyNotBuilt(folder = built): string | null {
  if (!isThere(folder)) return "the native kernels have not been built";
  const { sources_sha256 } = JSON.parse(readFileSync(join(folder, "build.json"), "utf8"));
  return sources_sha256 === hashSources()
    ? null
    : "the native kernels were built from other sources than those in trainer/native and trainer/kernels";
}

/** Only what `whyNotBuilt` has nothing to say against. */
export function loadAddon(folder = built): Addon {
  return createRequire(import.meta.url)(join(folder, "native.node"));
}

/** As scripts/build-native.mjs writes it down. */
function hashSources(): string {
  const hash = createHash("sha256");
  for (const folder of sourceFolders)
    for (const name of readdirSync(folder).sort())
      if (/\.[ch]$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
