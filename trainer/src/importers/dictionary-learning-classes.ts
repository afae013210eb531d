import type { Architecture, Reading } from "../bundle/index.ts";

/** How a class of dictionary_learning encodes. */
export type DictionaryClass = {
  /** the tensors that it saves; of nn.Linear encoder.weight is [n, d] and decoder.weight [d, n] */
  tensors: string[];
  /** saved by later versions only */
  optional: string[];
  architecture: Reading["architecture"];
  trained: Architecture;
  subtract_b_dec: boolean;
  /** what it does, as its encode() says */
  encodes: string;
};

const linear = ["encoder.weight", "encoder.bias", "decoder.weight"];
const bare = ["W_enc", "b_enc", "W_dec", "b_dec"];

/** The classes that are read, by the names that config.json says them by. */
export const dictionaryClasses: Record<string, DictionaryClass> = {
  AutoEncoder: {
    tensors: ["bias", ...linear],
    optional: [],
    architecture: "standard",
    trained: "standard",
    subtract_b_dec: true,
    encodes: "relu(encoder(x − bias))",
  },
  AutoEncoderNew: {
    tensors: [...linear, "decoder.bias"],
    optional: [],
    architecture: "standard",
    trained: "standard",
    subtract_b_dec: false,
    encodes: "relu(encoder(x))",
  },
  GatedAutoEncoder: {
    tensors: ["decoder_bias", "encoder.weight", "r_mag", "gate_bias", "mag_bias", "decoder.weight"],
    optional: [],
    architecture: "gated",
    trained: "gated",
    subtract_b_dec: true,
    encodes: "a gate and a magnitude of encoder(x − decoder_bias)",
  },
  AutoEncoderTopK: {
    tensors: ["b_dec", ...linear],
    optional: ["k", "threshold"],
    architecture: "topk",
    trained: "topk",
    subtract_b_dec: true,
    encodes: "the k largest of relu(encoder(x − b_dec))",
  },
  BatchTopKSAE: {
    tensors: ["b_dec", ...linear],
    optional: ["k", "threshold"],
    architecture: "jumprelu",
    trained: "batchtopk",
    subtract_b_dec: true,
    encodes: "what of relu(encoder(x − b_dec)) is above one threshold",
  },
  MatryoshkaBatchTopKSAE: {
    tensors: bare,
    optional: ["k", "threshold", "group_sizes"],
    architecture: "jumprelu",
    trained: "matryoshka_batchtopk",
    subtract_b_dec: true,
    encodes: "what of relu((x − b_dec) · W_enc + b_enc) is above one threshold",
  },
  JumpReluAutoEncoder: {
    tensors: [...bare, "threshold"],
    optional: [],
    architecture: "jumprelu",
    trained: "jumprelu",
    subtract_b_dec: false,
    encodes: "what of x · W_enc + b_enc is above its feature's threshold",
  },
};

/**
 * The classes that tensors of these names can be of, when nothing else says. Names that other systems use as well
 * ({encoder, decoder}.{weight, bias}; W_enc … with a threshold) are of none.
 */
export function classesOf(names: string[]): string[] {
  const there = (name: string) => names.includes(name);
  if (there("group_sizes") && bare.every(there)) return ["MatryoshkaBatchTopKSAE"];
  if (there("gate_bias") && there("mag_bias") && there("decoder_bias")) return ["GatedAutoEncoder"];
  if (!linear.every(there)) return [];
  if (there("b_dec") && there("k")) return ["AutoEncoderTopK", "BatchTopKSAE"];
  return there("bias") && !there("decoder.bias") && !there("k") ? ["AutoEncoder"] : [];
}
