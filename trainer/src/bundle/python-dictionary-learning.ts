import type { RunLike } from "./python.ts";

/**
 * Lines of Python that make an object of dictionary_learning's, with the tensors of sae_weights.safetensors in w. Its
 * classes take the same weights under other names; they have none for what reads one hook and gives another,
 * nor for rows that are normalised, and of x as it is for thresholds alone.
 */
export function dictionaryLearning(
  dictionary: RunLike,
): { importing: string; making: string } | null {
  const { architecture, d_in, d_sae, hook_name_out, subtract_b_dec } = dictionary;
  if (hook_name_out !== null || dictionary.normalize_activations !== "none") return null;
  if (!subtract_b_dec && classes[architecture] !== jumprelu) return null;
  const { from, name, more = "", tensors, after = "" } = classes[architecture](dictionary);
  const entries = Object.entries(tensors).map(([theirs, ours]) => `    "${theirs}": ${ours},`);
  return {
    importing: `from ${from} import ${name}  # pip install dictionary-learning`,
    making: `sae = ${name}(${d_in}, ${d_sae}${more})
sae.load_state_dict(sae.state_dict() | {
${entries.join("\n")}
})${after}`,
  };
}

type Class = {
  from: string;
  name: string;
  /** its arguments beyond the sizes */
  more?: string;
  /** its names → tensors of ours, in w */
  tensors: Record<string, string>;
  after?: string;
};

const matrices = { "encoder.weight": 'w["W_enc"].T', "decoder.weight": 'w["W_dec"].T' };

function jumprelu({ subtract_b_dec }: RunLike): Class {
  const names = ["W_enc", "b_enc", "W_dec", "b_dec", "threshold"];
  return {
    from: "dictionary_learning.dictionary",
    name: "JumpReluAutoEncoder",
    tensors: Object.fromEntries(names.map((name) => [name, `w["${name}"]`])),
    after: subtract_b_dec ? "\nsae.apply_b_dec_to_input = True" : "",
  };
}

const classes: Record<RunLike["architecture"], (of: RunLike) => Class> = {
  standard: () => ({
    from: "dictionary_learning.dictionary",
    name: "AutoEncoder",
    tensors: { ...matrices, "encoder.bias": 'w["b_enc"]', bias: 'w["b_dec"]' },
  }),
  gated: () => ({
    from: "dictionary_learning.dictionary",
    name: "GatedAutoEncoder",
    tensors: {
      ...matrices,
      decoder_bias: 'w["b_dec"]',
      gate_bias: 'w["b_gate"]',
      r_mag: 'w["r_mag"]',
      mag_bias: 'w["b_mag"]',
    },
  }),
  topk: ({ k }) => ({
    from: "dictionary_learning.trainers.top_k",
    name: "AutoEncoderTopK",
    more: `, k=${k}`,
    tensors: { ...matrices, "encoder.bias": 'w["b_enc"]', b_dec: 'w["b_dec"]' },
  }),
  jumprelu,
  batchtopk: jumprelu, // what was trained by batches is run by its threshold
  matryoshka_batchtopk: jumprelu,
};
