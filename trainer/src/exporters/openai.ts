import { safetensorsBytes } from "../tensor/safetensors.ts";
import { type Exporter, refused } from "./exporter.ts";
import { asStored, filled, movedBias, turned } from "./numbers.ts";
import { jsonFile } from "./out-file.ts";

/**
 * OpenAI's Autoencoder: latents = activation((x − pre_bias) · Wᵀ + latent_bias), x̂ = latents · Dᵀ + pre_bias, of a
 * normalised x or not. Its state_dict holds its activation as a name; here that stands in a file of its own.
 */
export const openai: Exporter = {
  judge({ rule, norm, isTranscoder, subtracts }) {
    if (rule !== "topk" && rule !== "standard")
      return refused(`its activations are ReLU and TopK, and this is ${rule}`);
    if (norm !== "none" && norm !== "layer_norm")
      return refused(`it has no ${norm} of what it reads`);
    if (isTranscoder)
      return refused("its pre_bias is that of the input and of the output: no transcoders");
    const says = [
      ...mismatch(rule, norm),
      "stats_last_nonzero, latents_activation_frequency and latents_mean_square are as in a new Autoencoder",
    ];
    const form = rule === "topk" ? "Autoencoder with TopK" : "Autoencoder with ReLU";
    if (subtracts) return { fit: "exact", form, says };
    const fold = "pre_bias is always subtracted there: latent_bias is b_enc + b_dec · W_enc";
    return { fit: "folded", form, says: [fold, ...says] };
  },
  files({ weights }, { rule, norm, k, d_sae, subtracts }) {
    const activation = rule === "topk" ? "TopK" : "ReLU";
    const state = rule === "topk" ? { k: k ?? 0, postact_fn: "ReLU" } : {};
    const normalize = norm === "layer_norm";
    const tensors = {
      pre_bias: asStored(weights, "b_dec"),
      "encoder.weight": turned(weights, "W_enc"),
      latent_bias: subtracts ? asStored(weights, "b_enc") : movedBias(weights, "b_enc", 1),
      "decoder.weight": turned(weights, "W_dec"),
      stats_last_nonzero: { shape: [d_sae], data: new BigInt64Array(d_sae) },
      latents_activation_frequency: filled(d_sae, 1),
      latents_mean_square: filled(d_sae, 0),
    };
    // beside the tensors as well, so that they are not run by another rule where the JSON is lost
    const metadata = Object.fromEntries([
      ...[["activation", activation]],
      ...Object.entries(state).map(([key, value]) => [`activation_state_dict.${key}`, `${value}`]),
      ...[["normalize", `${normalize}`]],
    ]);
    return [
      jsonFile("autoencoder.json", { activation, activation_state_dict: state, normalize }),
      { name: "autoencoder.safetensors", ...safetensorsBytes(tensors, metadata) },
    ];
  },
};

/** `from_state_dict` normalises the input of every TopK and of no ReLU. */
function mismatch(rule: string, norm: string): string[] {
  if ((rule === "topk") === (norm === "layer_norm")) return [];
  const normalize = norm === "layer_norm" ? "True" : "False";
  return [
    `normalize is ${normalize.toLowerCase()}, which from_state_dict would not take for it: make it as Autoencoder(…, normalize=${normalize}) and load the tensors`,
  ];
}
