import { safetensorsBytes } from "../tensor/safetensors.ts";
import { type Exporter, refused } from "./exporter.ts";
import { asStored, movedBias, turned } from "./numbers.ts";
import { jsonFile } from "./out-file.ts";

/**
 * sparsify's SparseCoder: the k largest of relu((x − b_dec) · Wᵀ + b), where a transcoder leaves b_dec out, of as wide
 * a vector as it gives.
 */
export const sparsify: Exporter = {
  judge({ rule, norm, d_in, d_out, subtracts, isTranscoder }) {
    if (rule !== "topk") return refused(`its coders keep the k largest, and this is ${rule}`);
    if (norm !== "none") return refused(`it has no ${norm} of what it reads`);
    if (d_out !== d_in)
      return refused(
        `its coders give as wide a vector as they read, and this reads ${d_in} and gives ${d_out}`,
      );
    const says = ["the hook is the name of the folder there, e.g. layers.3"];
    if (isTranscoder) return { fit: "exact", form: "SparseCoder, transcoding", says };
    if (subtracts) return { fit: "exact", form: "SparseCoder", says };
    const fold =
      "b_dec is subtracted there unless it is a transcoder: encoder.bias is b_enc + b_dec · W_enc";
    return { fit: "folded", form: "SparseCoder", says: [fold, ...says] };
  },
  files: ({ weights }, { k, d_in, d_sae, subtracts, isTranscoder, skip }) => [
    jsonFile("cfg.json", {
      activation: "topk",
      expansion_factor: Math.max(1, Math.round(d_sae / d_in)),
      normalize_decoder: true,
      num_latents: d_sae,
      k,
      multi_topk: false,
      skip_connection: skip,
      transcode: isTranscoder,
      d_in,
    }),
    {
      name: "sae.safetensors",
      ...safetensorsBytes({
        "encoder.weight": turned(weights, "W_enc"),
        "encoder.bias":
          subtracts || isTranscoder ? asStored(weights, "b_enc") : movedBias(weights, "b_enc", 1),
        W_dec: asStored(weights, "W_dec"),
        b_dec: asStored(weights, "b_dec"),
        ...(skip && { W_skip: asStored(weights, "W_skip") }),
      }),
    },
  ],
};
