import { type Exporter, refused } from "./exporter.ts";
import { npzFile } from "./npz-file.ts";
import { asStored, filled, movedBias } from "./numbers.ts";

/**
 * Gemma Scope's JumpReLU: pre = x · W_enc + b_enc, relu(pre) where pre > threshold. It never subtracts b_dec; a
 * ReLU is one whose thresholds are 0.
 */
export const gemmaScope: Exporter = {
  judge({ rule, norm, subtracts, skip }) {
    if (rule !== "jumprelu" && rule !== "standard")
      return refused(`its features have thresholds, and this is ${rule}`);
    if (norm !== "none") return refused(`it has no ${norm} of what it reads`);
    if (skip) return refused("it has no skip connection");
    const asThreshold = rule === "standard" ? ["the thresholds are 0, which is ReLU"] : [];
    const says = [...asThreshold, "params.npz names no hook"];
    if (!subtracts) return { fit: "exact", form: "params.npz", says };
    return {
      fit: "folded",
      form: "params.npz",
      says: ["b_dec is not subtracted there: b_enc is b_enc − b_dec · W_enc", ...says],
    };
  },
  files: ({ weights }, { rule, d_sae, subtracts }) => [
    npzFile("params.npz", {
      W_enc: asStored(weights, "W_enc"),
      W_dec: asStored(weights, "W_dec"),
      b_enc: subtracts ? movedBias(weights, "b_enc", -1) : asStored(weights, "b_enc"),
      b_dec: asStored(weights, "b_dec"),
      threshold: rule === "jumprelu" ? asStored(weights, "threshold") : filled(d_sae, 0),
    }),
  ],
};
