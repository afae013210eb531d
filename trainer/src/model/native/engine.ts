import { eagerEngine } from "../eager-engine.ts";
import type { Engine, EngineInput } from "../engine.ts";
import type { Batch } from "../ops.ts";
import { type Addon, loadAddon } from "./addon.ts";
import { Memory } from "./memory.ts";
import { nativeOps } from "./ops.ts";
import { nativeWeights } from "./weights.ts";

/** `instructions`: one of the addon's instructionSets(), by default the best. */
export type NativeChoice = { addon?: Addon; instructions?: string };

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
  let last: Batch | undefined;

  return eagerEngine(
    nativeName(instructions),
    input,
    (batch) => {
      if (batch.contexts !== last?.contexts || batch.context_size !== last.context_size)
        memory.clear(); // results of another size are of no more use
      last = batch;
      return nativeOps({ addon, machine, weights, memory }, { ...batch, ...input.config });
    },
    async () => {
      memory.clear();
      weights.free();
      addon.close(machine);
    },
  );
}

/** The engine's name, by one of the addon's instructionSets(). */
export function nativeName(instructions: string): string {
  return `native (${instructions})`;
}
