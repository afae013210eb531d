import { UsageError } from "../bundle/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ModelConfig } from "./config.ts";
import type { DeviceChoice, Precision } from "./devices/choices.ts";
import { openDevice } from "./devices/device.ts";
import type { Engine, EngineInput } from "./engine.ts";
import { hookWidth, parseHookName } from "./hook-names.ts";
import { openModel } from "./open-model.ts";
import type { Batch } from "./ops.ts";
import type { OpenOptions } from "./weights.ts";

export type { ModelConfig } from "./config.ts";

/** A language model. Tokens are [n, context_size], flattened; one row of them is one context. */
export type Model = {
  config: ModelConfig;
  weights_sha256: string;
  /** what computes, as manifests name it */
  engine: string;
  /** Activations at the named hooks, [n, context_size, width], and "logits" when named. */
  hooks(
    tokens: Int32Array,
    shape: [n: number, context_size: number],
    names: string[],
  ): Promise<Record<string, Tensor>>;
  /** Activations at one hook, [n · context_size, d_in]; nothing beyond it is computed. */
  activations(tokens: Int32Array, n: number, hook_name: string): Promise<Tensor>;
  /**
   * Next-token CE at positions 0 … context_size − 2 of each context, with `patched` [n · context_size, d_in]
   * in place of the hook's activations. At a residual hook nothing before it is computed.
   */
  splice(
    tokens: Int32Array,
    n: number,
    hook_name: string,
    patched: Tensor,
  ): Promise<{ ce: Float32Array }>;
  /** CE with x and with x̂ in the hook's place, and KL(p_x ‖ p_x̂), at the positions of `splice`. */
  compare(
    tokens: Int32Array,
    n: number,
    hook_name: string,
    x: Tensor,
    xHat: Tensor,
  ): Promise<{ ce_x: Float32Array; ce_xHat: Float32Array; kl: Float32Array }>;
  /** W_Uᵀ [d_vocab, d_model]: the weights themselves, not a copy. */
  unembed(): Tensor;
  dispose(): Promise<void>;
};

export type ModelOptions = OpenOptions & {
  threads: number;
  /** the model's name; default: the folder's */
  id?: string;
  /** default: cpu */
  device?: DeviceChoice;
  /** default: float32 */
  precision?: Precision;
};

/** Loads a model from config.json and *.safetensors in a folder; a device that cannot be had is refused before. */
export async function loadModel(
  dir: string,
  { threads, device = "cpu", precision, ...options }: ModelOptions,
): Promise<Model> {
  const { engine } = await openDevice(device, precision);
  const input = await openModel(dir, options);
  return runnableModel(input, engine(input, threads));
}

function runnableModel({ family, config, weights }: EngineInput, engine: Engine): Model {
  const hooks: Model["hooks"] = async (tokens, [n, context_size], names) => {
    const batch = checkTokens(config, tokens, n);
    if (batch.context_size !== context_size)
      throw new RangeError(`${tokens.length} tokens are not [${n}, ${context_size}]`);
    for (const name of names) if (name !== "logits") parseHookName(name, config);
    const found = await engine.hooks(batch, tokens, names);
    const toTensor = (data: Float32Array): Tensor => ({
      shape: [n, context_size, data.length / tokens.length],
      data,
    });
    return Object.fromEntries(names.map((name) => [name, toTensor(found[name])]));
  };

  return {
    config,
    weights_sha256: weights.sha256,
    engine: engine.name,
    hooks,

    async activations(tokens, n, hook_name) {
      const { [hook_name]: x } = await hooks(tokens, [n, tokens.length / n], [hook_name]);
      return { shape: [tokens.length, x.shape[2]], data: x.data };
    },

    async splice(tokens, n, hook_name, patched) {
      const batch = checkTokens(config, tokens, n);
      checkPatch(config, batch, hook_name, patched);
      return { ce: await engine.ce(batch, tokens, hook_name, patched.data) };
    },

    async compare(tokens, n, hook_name, x, xHat) {
      const batch = checkTokens(config, tokens, n);
      for (const patch of [x, xHat]) checkPatch(config, batch, hook_name, patch);
      return engine.compare(batch, tokens, hook_name, x.data, xHat.data);
    },

    unembed: () => weights.get(family.unembedding(config)),
    async dispose() {
      await engine.dispose();
      weights.close();
    },
  };
}

function checkTokens(config: ModelConfig, tokens: Int32Array, contexts: number): Batch {
  const context_size = tokens.length / contexts;
  if (!Number.isInteger(context_size) || context_size < 1)
    throw new RangeError(`${tokens.length} tokens are not ${contexts} contexts of one size`);
  if (context_size > config.n_ctx)
    throw new UsageError(
      `context_size ${context_size} is longer than ${config.id} can see (expected at most ${config.n_ctx})`,
    );
  const bad = tokens.findIndex((token) => token < 0 || token >= config.d_vocab);
  if (bad >= 0)
    throw new UsageError(
      `token id ${tokens[bad]} is unknown to ${config.id} (expected 0 to ${config.d_vocab - 1}); were the tokens made for another model?`,
    );
  return { contexts, context_size };
}

function checkPatch(config: ModelConfig, batch: Batch, hook_name: string, patch: Tensor): void {
  const { contexts, context_size } = batch;
  const expected = [contexts * context_size, hookWidth(hook_name, config)];
  if (`${patch.shape}` !== `${expected}`)
    throw new RangeError(`a patch at ${hook_name} is [${patch.shape}] (expected [${expected}])`);
  if (context_size < 2)
    throw new UsageError(`context_size ${context_size} leaves no next token (expected at least 2)`);
}
