import { safetensorsBytes } from "../tensor/safetensors.ts";
import { type Exporter, refused } from "./exporter.ts";
import { asStored, turned } from "./numbers.ts";
import { jsonFile } from "./out-file.ts";

/**
 * sparsify's SparseCoder: the k largest of relu((x − b_dec) · Wᵀ + b), where `transcode` leaves b_dec out, so that
 * it says any of ours that keeps the k largest and gives as wide a vector as it reads.
 */
export const sparsify: Exporter = {
  judge({ rule, norm, d_in, d_out, subtracts, isTranscoder }) {
    if (rule !== "topk") return refused(`its coders keep the k largest, and this is ${rule}`);
    if (norm !== "none") return refused(`it has no ${norm} of what it reads`);
    if (d_out !== d_in)
      return refused(
        `its coders give as wide a vector as they read, and this gives ${d_out} of ${d_in}`,
      );
    const asRead =
      subtracts || isTranscoder ? [] : ["transcode: true says that b_dec is not subtracted"];
    return {
      fit: "exact",
      form: isTranscoder ? "SparseCoder, transcoding" : "SparseCoder",
      says: [...asRead, "the hook is the folder's name there, e.g. layers.3"],
    };
  },
  files: ({ weights }, { k, d_in, d_sae, subtracts, skip }) => [
    jsonFile("cfg.json", {
      activation: "topk",
      expansion_factor: Math.max(1, Math.round(d_sae / d_in)),
      normalize_decoder: true,
      num_latents: d_sae,
      k,
      multi_topk: false,
      skip_connection: skip,
      transcode: !subtracts,
      d_in,
    }),
    {
      name: "sae.safetensors",
      ...safetensorsBytes({
        "encoder.weight": turned(weights, "W_enc"),
        "encoder.bias": asStored(weights, "b_enc"),
        W_dec: asStored(weights, "W_dec"),
        b_dec: asStored(weights, "b_dec"),
        ...(skip && { W_skip: asStored(weights, "W_skip") }),
      }),
    },
  ],
};
