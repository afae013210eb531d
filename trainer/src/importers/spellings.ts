import { BundleError, type Reading } from "../bundle/index.ts";
import type { WeightName } from "../sae/weights.ts";
import type { TakenWeights } from "./described.ts";
import type { Opened } from "./folders.ts";

/** A name that a weight has in files, and how it lies there: rows first. */
type Spelling = { name: string; lies?: Reading["encoder"] | Reading["decoder"] };

/**
 * What weights are called in files that name their tensors themselves. An `nn.Linear` keeps its weight as
 * [out, in], a bare parameter lies as it is multiplied: x · W_enc, acts · W_dec.
 */
const spellings: Record<WeightName, Spelling[]> = {
  W_enc: [
    { name: "W_enc", lies: "d_in,d_sae" },
    { name: "w_enc", lies: "d_in,d_sae" },
    { name: "encoder.weight", lies: "d_sae,d_in" },
    { name: "encoder.0.weight", lies: "d_sae,d_in" },
    { name: "encoder", lies: "d_sae,d_in" },
  ],
  b_enc: ["b_enc", "encoder.bias", "encoder.0.bias", "latent_bias", "encoder_bias"]
    .concat(["b_gate", "gate_bias"])
    .map((name) => ({ name })),
  W_dec: [
    { name: "W_dec", lies: "d_sae,d_out" },
    { name: "w_dec", lies: "d_sae,d_out" },
    { name: "decoder.weight", lies: "d_out,d_sae" },
    { name: "decoder.linear.weight", lies: "d_sae,d_out" },
    { name: "decoder", lies: "d_sae,d_out" },
  ],
  b_dec: ["b_dec", "decoder.bias", "pre_bias", "bias", "decoder_bias"].map((name) => ({ name })),
  threshold: [{ name: "threshold" }, { name: "thresholds" }],
  r_mag: [{ name: "r_mag" }],
  b_mag: [{ name: "b_mag" }, { name: "mag_bias" }],
  W_skip: [{ name: "W_skip" }],
};

/** Of a dictionary's tensors which is which weight, and how the matrices lie by their names. */
export type Spelled = {
  weights: TakenWeights;
  encoder?: Reading["encoder"];
  decoder?: Reading["decoder"];
};

/** What the tensors whose names start with `prefix` are. A weight that is there under two names is a BundleError. */
export function readSpellings({ file, tensors }: Opened, prefix = ""): Spelled {
  const spelled: Spelled = { weights: {} };
  for (const [role, known] of entries()) {
    const found = known.filter(({ name }) => tensors.has(prefix + name));
    if (found.length > 1)
      throw new BundleError(
        `${file.path}: ${role} is there as ${found.map(({ name }) => prefix + name).join(" and as ")}, expected one of them`,
      );
    const tensor = tensors.get(prefix + found[0]?.name);
    if (!tensor) continue;
    spelled.weights[role] = { name: prefix + found[0].name, tensor };
    if (role === "W_enc") spelled.encoder = found[0].lies as Reading["encoder"];
    if (role === "W_dec") spelled.decoder = found[0].lies as Reading["decoder"];
  }
  return spelled;
}

/** What stands before the names of a dictionary's tensors, once for each that has an encoder and a decoder. */
export function prefixesOf(names: Iterable<string>): string[] {
  const there = [...names];
  const before = (known: Spelling[]) =>
    new Set(
      known.flatMap(({ name }) =>
        there
          .filter((one) => one === name || one.endsWith(`.${name}`))
          .map((one) => one.slice(0, -name.length)),
      ),
    );
  const decoders = before(spellings.W_dec);
  return [...before(spellings.W_enc)].filter((prefix) => decoders.has(prefix));
}

function entries(): [WeightName, Spelling[]][] {
  return Object.entries(spellings) as [WeightName, Spelling[]][];
}
