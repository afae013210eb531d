import { eagerEngine } from "../eager-engine.ts";
import type { Engine, EngineInput } from "../engine.ts";
import { type Addon, loadAddon } from "./addon.ts";
import { Memory } from "./memory.ts";
import { nativeOps } from "./ops.ts";
import { inPieces } from "./pieces.ts";
import { nativeWeights } from "./weights.ts";

/** `instructions`: one of the addon's instructionSets(), by default the best. */
export type NativeChoice = { addon?: Addon; instructions?: string };

/** Tokens at a time for each thread: what an operation writes stays in a core's cache until the next. */
const ROWS_PER_THREAD = 384;

/** Runs the forward pass with the kernels in trainer/native, which must have been built. */
export function nativeEngine(
  input: EngineInput,
  threads: number,
  { addon = loadAddon(), instructions = addon.instructionSets()[0] }: NativeChoice = {},
): Engine {
  const machine = addon.open(addon.instructionSets().indexOf(instructions), threads);
  const shapes = input.family.weights(input.config);
  const weights = nativeWeights(addon, machine, input.weights, shapes);
  const memory = new Memory();
  const engine = eagerEngine(
    `native (${instructions})`,
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
