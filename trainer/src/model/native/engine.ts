import { eagerEngine } from "../eager-engine.ts";
import type { Engine, EngineInput } from "../engine.ts";
import { type Addon, loadAddon } from "./addon.ts";
import { Memory } from "./memory.ts";
import { nativeOps } from "./ops.ts";
import { inPieces } from "./pieces.ts";
import { nativeWeights } from "./weights.ts";

/** `variant`: one of the addon's variants(), by default the best in float32. */
export type NativeChoice = { addon?: Addon; variant?: string };

/** Tokens at a time for each thread: what an operation writes stays in a core's cache until the next. */
const ROWS_PER_THREAD = 512;

/** Runs the forward pass with the kernels in trainer/native, which must have been built. */
export function nativeEngine(
  input: EngineInput,
  threads: number,
  { addon = loadAddon(), variant = addon.variants()[0].name }: NativeChoice = {},
): Engine {
  const number = addon.variants().findIndex(({ name }) => name === variant);
  const machine = addon.open(number, threads);
  const shapes = input.family.weights(input.config);
  const weights = nativeWeights(addon, machine, input.weights, shapes);
  const memory = new Memory();
  const engine = eagerEngine(
    nativeName(variant),
    input,
    (batch) => nativeOps({ addon, machine, weights, memory }, { ...batch, ...input.config }),
    async () => {
      memory.clear();
      weights.free();
      addon.close(machine);
    },
  );
  return inPieces(engine, threads * ROWS_PER_THREAD);
}

export function nativeName(variant: string): string {
  return `native (${variant})`;
}
