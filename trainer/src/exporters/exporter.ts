import type { Manifest, SaelensCfg } from "../bundle/index.ts";
import type { Safetensors } from "../tensor/safetensors.ts";
import type { OutFile } from "./out-file.ts";
import type { Traits } from "./traits.ts";

/** A dictionary as exporters take it out of a bundle. */
export type Bundled = {
  manifest: Manifest;
  /** sha256 of manifest.json */
  revision: string;
  cfg: SaelensCfg;
  /** the file as it is */
  cfg_json: Uint8Array;
  /** open, and closed by whoever opened it once the last block has been taken */
  weights: Safetensors;
  /** the file as it is */
  sparsity: Uint8Array;
};

/**
 * How well a format holds a dictionary. exact: every number of the weights is there to the last bit, under another
 * name or turned. folded: the same function, but some numbers were computed anew. refused: not the same function.
 */
export type Verdict = {
  fit: "exact" | "folded" | "refused";
  /** the class or form that it becomes there; null when it is refused */
  form: string | null;
  /** what changes and what to mind, as clauses; when it is refused, why */
  says: string[];
};

export type Exporter = {
  judge(of: Traits): Verdict;
  /** Of a dictionary that was not refused. */
  files(dictionary: Bundled, of: Traits): OutFile[];
};

export function refused(why: string): Verdict {
  return { fit: "refused", form: null, says: [why] };
}
