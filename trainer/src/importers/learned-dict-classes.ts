import { BundleError, type Reading } from "../bundle/index.ts";
import { checkCentre, isIdentity, turned, unitRows } from "./centre.ts";
import { derived } from "./derived.ts";
import type { Taken, TakenWeights } from "./described.ts";
import type { Opened } from "./folders.ts";
import { countAt, valueAt } from "./inside.ts";

/** What is known of a LearnedDict; its matrices are [n, d], encoder and decoder alike. */
export type LearnedDict = {
  weights: TakenWeights;
  architecture: "standard" | "topk";
  k: number | null;
  subtract_b_dec: boolean;
  decoder_rows: Reading["decoder_rows"];
  /** as formulas */
  encodes: string;
  decodes: string;
  notes: string[];
};

/** An inert record of a class: `prefix` is what its attributes' names begin with. */
export type Source = { where: string; name: string; prefix: string; opened: Opened };

const classes: Record<string, (source: Source) => LearnedDict> = {
  TiedSAE: tiedSae,
  UntiedSAE: (source) => ({ ...plain(source, "decoder") }),
  AnthropicSAE: (source) => {
    const known = plain(source, "decoder");
    return {
      ...known,
      weights: { ...known.weights, b_dec: attribute(source, "shift_bias") },
      subtract_b_dec: true,
      encodes: "relu((x − shift_bias) · encoderᵀ + encoder_bias)",
    };
  },
  TopKLearnedDict: (source) => ({
    weights: { W_enc: attribute(source, "dict"), W_dec: attribute(source, "dict") },
    architecture: "topk",
    k: needK(source),
    subtract_b_dec: false,
    decoder_rows: "stored",
    encodes: "the k largest of x · dictᵀ, and of those the positive ones",
    decodes: "the rows of dict as they are",
    notes: [],
  }),
};

const refusals: Record<string, string> = {
  ReverseSAE: "its decode() takes the encoder's bias off where a feature is active",
  TransferSAE: "the bias that it subtracts is not the one that it adds",
};

/** A LearnedDict by the name of its class; one that is not known is a BundleError. */
export function readLearnedDict(source: Source): LearnedDict {
  const { where, name } = source;
  if (Object.hasOwn(classes, name)) return classes[name](source);
  const why = refusals[name] ?? "how it encodes is not known here";
  throw new BundleError(
    `${where}: found ${name.slice(0, 60)}, expected one of ${Object.keys(classes).join(", ")} (${why})`,
  );
}

function plain(source: Source, decoder: "encoder" | "decoder"): LearnedDict {
  return {
    weights: {
      W_enc: attribute(source, "encoder"),
      b_enc: attribute(source, "encoder_bias"),
      W_dec: attribute(source, decoder),
    },
    architecture: "standard",
    k: null,
    subtract_b_dec: false,
    decoder_rows: "unit",
    encodes: "relu(x · encoderᵀ + encoder_bias)",
    decodes: `the rows of ${decoder} divided by their norms`,
    notes: [],
  };
}

/**
 * x is centred before it is encoded, c = (R (x − t)) ⊙ s, and x̂ brought back, Rᵀ (ĉ ⊘ s) + t. Folded:
 * b_dec = t, W_encᵀ = (E ⊙ s) R and W_dec = (D ⊘ s) R, with the rows E of the encoder and D of norm 1.
 */
function tiedSae(source: Source): LearnedDict {
  const { where, prefix, opened } = source;
  const norm_encoder = valueAt(opened, `${prefix}norm_encoder`);
  if (typeof norm_encoder !== "boolean")
    throw new BundleError(
      `${where}: norm_encoder: found ${JSON.stringify(norm_encoder) ?? "nothing"}, expected true or false, which says whether the encoder's rows are divided by their norms`,
    );
  const known = plain(source, "encoder");
  const { name, tensor: stored } = attribute(source, "encoder");
  const encoder = norm_encoder ? derived(stored, unitRows) : stored;
  known.weights.W_enc = { name, tensor: encoder };
  known.encodes = norm_encoder
    ? "relu(x · Eᵀ + encoder_bias), E the encoder with rows of norm 1 (norm_encoder is true)"
    : "relu(x · encoderᵀ + encoder_bias) (norm_encoder is false)";
  const names = ["center_trans", "center_rot", "center_scale"];
  if (!names.some((one) => opened.tensors.has(prefix + one))) return known;
  const [trans, rot, scale] = names.map((one) => attribute(source, one).tensor);
  checkCentre(where, stored.shape[1], { trans, rot, scale });
  const isMoved = trans.read().data.some((value) => value !== 0);
  const isTurned = !isIdentity(rot.read()) || scale.read().data.some((value) => value !== 1);
  if (!isMoved && !isTurned) {
    known.notes.push("center_trans, center_rot and center_scale change nothing");
    return known;
  }
  known.weights.b_dec = attribute(source, "center_trans");
  known.subtract_b_dec = true;
  known.encodes = known.encodes.replace("x ·", "(x − center_trans) ·");
  if (!isTurned) return known;
  const [R, s] = [() => rot.read(), () => scale.read().data];
  known.weights.W_enc = { name, tensor: derived(encoder, (E) => turned(E, R(), s())) };
  known.weights.W_dec = {
    name,
    tensor: derived(stored, (E) =>
      turned(
        unitRows(E),
        R(),
        s().map((one) => 1 / one),
      ),
    ),
  };
  known.decoder_rows = "stored";
  known.decodes += ", turned back by center_rot and center_scale";
  known.notes.push("center_rot and center_scale are multiplied into the encoder and the decoder");
  return known;
}

function needK({ where, prefix, opened }: Source): number {
  const k = countAt(opened, `${prefix}sparsity`);
  if (k === undefined)
    throw new BundleError(`${where}: sparsity: missing, expected how many features are active`);
  return k;
}

function attribute({ where, name, prefix, opened }: Source, of: string): Taken {
  const tensor = opened.tensors.get(prefix + of);
  if (tensor) return { name: prefix + of, tensor };
  throw new BundleError(`${where}: ${of}: missing, expected a tensor of ${name}`);
}
