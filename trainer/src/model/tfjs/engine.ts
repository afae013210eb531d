import type { Tensor } from "@tensorflow/tfjs-core";
import { eagerEngine } from "../eager-engine.ts";
import type { Engine, EngineInput } from "../engine.ts";
import { type Kept, type Tf, tfjsOps } from "./ops.ts";

/** Runs the forward pass with tfjs; the weights are put on its device when they are first used. */
export function tfjsEngine(name: string, tf: Tf, input: EngineInput): Engine {
  const onDevice = new Map<string, Tensor>();
  const kept: Kept = (key, make) => {
    const tensor = onDevice.get(key) ?? tf.keep(make());
    onDevice.set(key, tensor);
    return tensor;
  };
  const weight = (name: string) =>
    kept(`weight ${name}`, () => {
      const { shape, data } = input.weights.get(name);
      return tf.tensor(data, shape, "float32");
    });
  return eagerEngine(
    name,
    input,
    (batch) => tfjsOps(tf, weight, kept, { ...batch, ...input.config }),
    async () => {
      for (const tensor of onDevice.values()) tensor.dispose();
      onDevice.clear();
    },
  );
}
