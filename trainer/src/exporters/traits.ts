import { type Architecture, readCfg, type SaelensCfg } from "../bundle/index.ts";
import type { Safetensors } from "../tensor/safetensors.ts";
import { asStored, numbersOf } from "./numbers.ts";

/** What decides which formats can hold a dictionary. */
export type Traits = {
  /** what SAELens calls it */
  architecture: SaelensCfg["architecture"];
  rule: "standard" | "gated" | "jumprelu" | "topk";
  d_in: number;
  d_sae: number;
  d_out: number;
  /** topk alone */
  k: number | null;
  /** the encoder reads x − b_dec */
  subtracts: boolean;
  /** it gives another hook than it reads, or adds a skip connection */
  isTranscoder: boolean;
  skip: boolean;
  norm: string;
  trained: { architecture: Architecture; k: number | null; group_sizes: number[] | null };
  /** all thresholds are one number */
  isOneThreshold: boolean;
  /** every row of W_dec has norm 1 */
  isUnit: boolean;
};

/**
 * Traits by what cfg.json says, which takes bundles of our own making for what they are: rows of norm 1, and one
 * threshold where the rule was learnt over batches. `measured` looks.
 */
export function traitsOf(cfg: SaelensCfg): Traits {
  const { rule, d_in, d_sae, k, transcoder } = readCfg(cfg);
  const {
    hook_name_out,
    training_architecture = rule,
    training_architecture_details,
  } = cfg.metadata;
  const d_out = transcoder?.d_out ?? d_in;
  const skip = transcoder?.skip ?? false;
  return {
    architecture: cfg.architecture,
    rule,
    d_in,
    d_sae,
    d_out,
    k,
    subtracts: cfg.apply_b_dec_to_input,
    isTranscoder: typeof hook_name_out === "string" || skip || d_out !== d_in,
    skip,
    norm: cfg.normalize_activations,
    trained: {
      architecture: training_architecture,
      k: training_architecture_details?.k ?? k,
      group_sizes: training_architecture_details?.group_sizes ?? null,
    },
    isOneThreshold: training_architecture.endsWith("batchtopk"),
    isUnit: true,
  };
}

/** The same, with what the weights themselves say. */
export async function measured(cfg: SaelensCfg, weights: Safetensors): Promise<Traits> {
  const traits = traitsOf(cfg);
  const { rule } = traits;
  return {
    ...traits,
    isOneThreshold: rule === "jumprelu" && isOneNumber(numbersOf(weights, "threshold")),
    // it matters to one class of one format alone
    isUnit: rule !== "standard" || (await hasUnitRows(weights)),
  };
}

function isOneNumber(values: Float32Array): boolean {
  return values.every((value) => value === values[0]);
}

/** Within what `torch.allclose` takes for 1: 1e-5. */
async function hasUnitRows(weights: Safetensors): Promise<boolean> {
  const width = weights.info("W_dec").shape[1];
  for (const block of asStored(weights, "W_dec").blocks()) {
    for (let at = 0; at < block.length; at += width) {
      let squares = 0;
      for (let j = at; j < at + width; j++) squares += block[j] ** 2;
      if (Math.abs(Math.sqrt(squares) - 1) > 1e-5) return false;
    }
    await new Promise(setImmediate); // a web server answers others meanwhile
  }
  return true;
}
