import { safetensorsBytes } from "../tensor/safetensors.ts";
import { type Exporter, refused } from "./exporter.ts";
import { asStored } from "./numbers.ts";
import { bytesFile } from "./out-file.ts";

/** A bundle is such a folder with more in it: what SAELens reads is taken as it is. */
export const saelens: Exporter = {
  judge: ({ architecture }) =>
    architecture.startsWith("topk_")
      ? refused("it has no class for transcoders that keep the k largest")
      : { fit: "exact", form: architecture, says: [] },
  files: ({ cfg_json, sparsity, weights }) => [
    bytesFile("cfg.json", cfg_json),
    {
      name: "sae_weights.safetensors",
      ...safetensorsBytes(
        Object.fromEntries(weights.names.map((name) => [name, asStored(weights, name)])),
        weights.metadata,
      ),
    },
    bytesFile("sparsity.safetensors", sparsity),
  ],
};
