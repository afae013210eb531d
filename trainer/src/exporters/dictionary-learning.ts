import type { Safetensors, StoredArray, StreamedArray } from "../tensor/safetensors.ts";
import { learningConfig } from "./dictionary-learning-config.ts";
import { type Exporter, refused, type Verdict } from "./exporter.ts";
import { asStored, moved, movedBias, numbersOf, turned } from "./numbers.ts";
import { jsonFile } from "./out-file.ts";
import { torchFile } from "./torch-file.ts";
import type { Traits } from "./traits.ts";

/** A folder that `dictionary_learning.utils.load_dictionary` opens. */
export const dictionaryLearning: Exporter = {
  judge(of) {
    if (of.norm !== "none") return refused(`it has no ${of.norm} of what it reads`);
    if (of.isTranscoder) return refused("it has no class for transcoders");
    const { name, fold = [], says = [] } = classOf(of);
    return { fit: fold.length > 0 ? "folded" : "exact", form: name, says: [...fold, ...says] };
  },
  files(dictionary, of) {
    const { name, tensors } = classOf(of);
    return [
      torchFile("ae.pt", tensors(dictionary.weights)),
      jsonFile("config.json", learningConfig(dictionary, of, name)),
    ];
  },
};

type Tensors = Record<string, StoredArray | StreamedArray>;
type Class = {
  name: string;
  /** what is computed anew because the class reads or biases otherwise */
  fold?: Verdict["says"];
  says?: Verdict["says"];
  tensors(weights: Safetensors): Tensors;
};

/** The class whose function it is, by rule and by whether b_dec is subtracted. */
function classOf(of: Traits): Class {
  const { rule, subtracts, isOneThreshold, trained } = of;
  if (rule === "standard") return subtracts ? autoEncoder(of) : autoEncoderNew;
  if (rule === "gated") return gated(subtracts);
  if (rule === "topk") return topk(of);
  const isFromBatches = trained.architecture.endsWith("batchtopk") && trained.k !== null;
  if (!isFromBatches || !isOneThreshold || !subtracts) return jumprelu(subtracts);
  return trained.group_sizes ? matryoshka(of) : batchTopk(of);
}

const linear = (w: Safetensors) => ({
  "encoder.weight": turned(w, "W_enc"),
  "decoder.weight": turned(w, "W_dec"),
});

function autoEncoder({ isUnit }: Traits): Class {
  return {
    name: "AutoEncoder",
    says: isUnit
      ? []
      : [
          "rows of W_dec have other norms than 1: load it with normalize_decoder=False, or activations are multiplied by them",
        ],
    tensors: (w) => ({
      bias: asStored(w, "b_dec"),
      ...linear(w),
      "encoder.bias": asStored(w, "b_enc"),
    }),
  };
}

const autoEncoderNew: Class = {
  name: "AutoEncoderNew",
  tensors: (w) => ({
    ...linear(w),
    "encoder.bias": asStored(w, "b_enc"),
    "decoder.bias": asStored(w, "b_dec"),
  }),
};

/** gate = pre' + gate_bias, magnitude = exp(r_mag) · pre' + mag_bias, where pre' = (x − decoder_bias) · W. */
function gated(subtracts: boolean): Class {
  return {
    name: "GatedAutoEncoder",
    ...(!subtracts && {
      fold: [
        "decoder_bias is always subtracted there: gate_bias is b_gate + b_dec · W_enc, mag_bias is b_mag + exp(r_mag) · (b_dec · W_enc)",
      ],
    }),
    tensors: (w) => ({
      decoder_bias: asStored(w, "b_dec"),
      ...linear(w),
      r_mag: asStored(w, "r_mag"),
      gate_bias: subtracts ? asStored(w, "b_gate") : movedBias(w, "b_gate", 1),
      mag_bias: subtracts ? asStored(w, "b_mag") : moved(w, "b_mag", magnitudes(w)),
    }),
  };
}

/** exp(r_mag) of a feature, read once. */
function magnitudes(w: Safetensors): (feature: number) => number {
  let r_mag: Float32Array | undefined;
  return (f) => {
    r_mag ??= numbersOf(w, "r_mag");
    return Math.exp(r_mag[f]);
  };
}

function topk({ k, subtracts }: Traits): Class {
  return {
    name: "AutoEncoderTopK",
    ...(!subtracts && {
      fold: ["b_dec is always subtracted there: encoder.bias is b_enc + b_dec · W_enc"],
    }),
    says: ["its threshold is −1: none was estimated, so use_threshold=True would be ReLU"],
    tensors: (w) => ({
      b_dec: asStored(w, "b_dec"),
      k: int(k),
      threshold: { shape: [], data: Float32Array.of(-1) },
      ...linear(w),
      "encoder.bias": subtracts ? asStored(w, "b_enc") : movedBias(w, "b_enc", 1),
    }),
  };
}

/** One threshold for all: the class' own rule at inference. */
function batchTopk({ trained }: Traits): Class {
  return {
    name: "BatchTopKSAE",
    tensors: (w) => ({
      b_dec: asStored(w, "b_dec"),
      k: int(trained.k),
      threshold: oneThreshold(w),
      ...linear(w),
      "encoder.bias": asStored(w, "b_enc"),
    }),
  };
}

function matryoshka({ trained }: Traits): Class {
  const { group_sizes } = trained;
  return {
    name: "MatryoshkaBatchTopKSAE",
    tensors: (w) => ({
      ...own(w),
      k: int(trained.k),
      threshold: oneThreshold(w),
      group_sizes: {
        shape: [group_sizes?.length ?? 0],
        data: BigInt64Array.from(group_sizes ?? [], BigInt),
      },
    }),
  };
}

function jumprelu(subtracts: boolean): Class {
  return {
    name: "JumpReluAutoEncoder",
    ...(subtracts && {
      fold: ["b_dec is not subtracted as it is loaded: b_enc is b_enc − b_dec · W_enc"],
    }),
    tensors: (w) => ({
      ...own(w),
      ...(subtracts && { b_enc: movedBias(w, "b_enc", -1) }),
      threshold: asStored(w, "threshold"),
    }),
  };
}

const own = (w: Safetensors) => ({
  W_enc: asStored(w, "W_enc"),
  b_enc: asStored(w, "b_enc"),
  W_dec: asStored(w, "W_dec"),
  b_dec: asStored(w, "b_dec"),
});

function oneThreshold(w: Safetensors): StoredArray {
  return { shape: [], data: numbersOf(w, "threshold").slice(0, 1) };
}

function int(value: number | null): StoredArray {
  return { shape: [], data: Int32Array.of(value ?? 0) };
}
