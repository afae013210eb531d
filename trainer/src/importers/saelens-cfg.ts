import { BundleError } from "../bundle/index.ts";
import type { Said, Sizes } from "./described.ts";
import { type Keys, kinds, oneOf } from "./keys.ts";
import { sayPlace } from "./saelens-place.ts";

/** What is inside a SAELens architecture: the rule by which it is run, and what it adds. */
const architectures = {
  standard: { rule: "standard", isTranscoder: false, hasSkip: false },
  gated: { rule: "gated", isTranscoder: false, hasSkip: false },
  jumprelu: { rule: "jumprelu", isTranscoder: false, hasSkip: false },
  topk: { rule: "topk", isTranscoder: false, hasSkip: false },
  // checkpoints of training, run with the threshold that training kept
  batchtopk: { rule: "jumprelu", isTranscoder: false, hasSkip: false },
  matryoshka_batchtopk: { rule: "jumprelu", isTranscoder: false, hasSkip: false },
  transcoder: { rule: "standard", isTranscoder: true, hasSkip: false },
  skip_transcoder: { rule: "standard", isTranscoder: true, hasSkip: true },
  jumprelu_transcoder: { rule: "jumprelu", isTranscoder: true, hasSkip: false },
  jumprelu_skip_transcoder: { rule: "jumprelu", isTranscoder: true, hasSkip: true },
  // what we write, and SAELens has no class of
  topk_transcoder: { rule: "topk", isTranscoder: true, hasSkip: false },
  topk_skip_transcoder: { rule: "topk", isTranscoder: true, hasSkip: true },
} as const;
export type SaelensArchitecture = keyof typeof architectures;

const refused: Record<string, string> = {
  matching_pursuit: "it chooses its features one after the other, each from what the others left",
  temporal: "what it encodes depends on the tokens before",
  abstopk: "its activations may be negative",
};

export type SaelensCfg = {
  keys: Keys;
  /** where model, hook and training are said: under metadata since 6.0 */
  meta: Keys;
  architecture: SaelensArchitecture;
  rule: (typeof architectures)[SaelensArchitecture]["rule"];
  isTranscoder: boolean;
  hasSkip: boolean;
  sizes: Sizes;
  normalize: "none" | "expected_average_only_in" | "constant_norm_rescale" | "layer_norm";
};

/** Reads a cfg.json of any version, and says of the reading what stands there, or what SAELens takes for missing keys. */
export function readSaelensCfg(keys: Keys, said: Said): SaelensCfg {
  const isOld = isBefore6(keys, said);
  const meta = isOld && !keys.has("metadata") ? keys : keys.within("metadata");
  const architecture = readArchitecture(keys, isOld, said);
  const { rule, isTranscoder, hasSkip } = architectures[architecture];
  const d_in = keys.need("d_in", kinds.size);
  const d_out = isTranscoder ? keys.need("d_out", kinds.size) : d_in;
  const sizes = { d_in, d_sae: keys.need("d_sae", kinds.size), d_out };
  said.sayAll(
    { encoder: "d_in,d_sae", decoder: "d_sae,d_out", decoder_rows: "stored" },
    "SAELens stores W_enc [d_in, d_sae] and W_dec [d_sae, d_out], and uses them as they are",
  );
  sayK(keys, { isOld, rule, d_sae: sizes.d_sae }, said);
  sayBias(keys, isTranscoder, said);
  const normalize = sayNormalization(keys, isTranscoder, said);
  sayPlace(keys, meta, { isTranscoder, said });
  return { keys, meta, architecture, rule, isTranscoder, hasSkip, sizes, normalize };
}

/** Versions before 6.0 keep model and hook beside the rest; without a version SAELens reads it as one of them. */
function isBefore6(keys: Keys, said: Said): boolean {
  const place = keys.has("sae_lens_version") ? keys : keys.within("metadata");
  const version = place.read("sae_lens_version", kinds.text);
  if (version === undefined) {
    said.notes.push(
      `${keys.path}: no sae_lens_version: read as one of before 6.0, as SAELens does`,
    );
    return true;
  }
  const major = /^(\d+)\./.exec(version)?.[1];
  return Number(major ?? place.refuse("sae_lens_version", "a version, e.g. 6.0.0")) < 6;
}

function readArchitecture(keys: Keys, isOld: boolean, said: Said): SaelensArchitecture {
  const name = keys.read("architecture", kinds.text);
  const why = name === undefined ? undefined : refused[name];
  if (why) throw new BundleError(`${keys.says("architecture")}, which is not read: ${why}`);
  const known = oneOf(...(Object.keys(architectures) as SaelensArchitecture[]));
  if (!isOld) {
    const architecture = keys.need("architecture", known);
    said.say("architecture", architectures[architecture].rule, keys.says("architecture"));
    return architecture;
  }
  const activation = ["activation_fn", "activation_fn_str"].find((key) => keys.has(key));
  const rule = activation && keys.read(activation, oneOf("relu", "topk"));
  const architecture = rule === "topk" ? "topk" : (keys.read("architecture", known) ?? "standard");
  const because =
    activation && rule === "topk"
      ? keys.says(activation)
      : keys.has("architecture")
        ? keys.says("architecture")
        : `${keys.path}: no architecture, which before 6.0 is standard`;
  said.say("architecture", architectures[architecture].rule, because);
  return architecture;
}

type Ruled = { isOld: boolean; rule: SaelensCfg["rule"]; d_sae: number };

function sayK(keys: Keys, { isOld, rule, d_sae }: Ruled, said: Said): void {
  const rescale = keys.read("rescale_acts_by_decoder_norm", kinds.flag) ?? false;
  said.say(
    "rescale_acts_by_decoder_norm",
    rescale,
    keys.has("rescale_acts_by_decoder_norm")
      ? keys.says("rescale_acts_by_decoder_norm")
      : `${keys.path}: no rescale_acts_by_decoder_norm, which is false then`,
  );
  if (rule !== "topk") {
    said.say("k", null, `${rule} has none`);
    return;
  }
  const given = isOld && !keys.has("k") ? keys.within("activation_fn_kwargs") : keys;
  if (isOld && given !== keys) given.need("k", kinds.size);
  const k = given.read("k", kinds.size);
  if (k === undefined)
    said.notes.push(`${keys.path}: k: missing; SAELens would take 100 and say nothing`);
  else if (k > d_sae) given.refuse("k", `at most d_sae, ${d_sae}`);
  else said.say("k", k, given.says("k"));
}

function sayBias(keys: Keys, isTranscoder: boolean, said: Said): void {
  const key = "apply_b_dec_to_input";
  const applies = keys.read(key, kinds.flag);
  if (isTranscoder && applies) keys.refuse(key, "false for a transcoder");
  const value = applies ?? !isTranscoder;
  const missing = `${keys.path}: no ${key}, which is ${value} for ${isTranscoder ? "a transcoder" : "an SAE"}`;
  said.say("subtract_b_dec", value, applies === undefined ? missing : keys.says(key));
}

/** Whether each row is normalised; a scale for all is said with the weights, beside which it lies. */
function sayNormalization(keys: Keys, isTranscoder: boolean, said: Said): SaelensCfg["normalize"] {
  const key = "normalize_activations";
  const why = keys.has(key) ? keys.says(key) : `${keys.path}: no ${key}, which is none then`;
  const isFlag = keys.has(key) && kinds.flag.is(keys.read(key, kinds.anything));
  const known = oneOf("none", "expected_average_only_in", "constant_norm_rescale", "layer_norm");
  const kind = isFlag
    ? keys.read(key, kinds.flag)
      ? "expected_average_only_in"
      : "none"
    : (keys.read(key, known) ?? "none");
  const perRow = kind === "layer_norm" || kind === "constant_norm_rescale";
  if (perRow && isTranscoder)
    keys.refuse(key, "none for a transcoder, whose output has another scale");
  said.say("normalize_activations", perRow ? kind : "none", why);
  if (kind !== "expected_average_only_in") said.say("input_scale", 1, why);
  return kind;
}
