import { type SaeConfig, type SaeSettings, saeConfig } from "../sae/config.ts";
import type { LossOptions } from "../sae/loss.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { type WeightName, weight, weightNames, zeroWeights } from "../sae/weights.ts";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { Random } from "../tensor/random.ts";
import { normalizeRows } from "./reference-step.ts";
import type { StepOptions, StepResult, StepSettings, StepState } from "./training-step.ts";

export type StepCase = {
  name: string;
  config: SaeConfig;
  options: Partial<LossOptions & Pick<SaeSettings, "decoder_norm">>;
};

/** Every architecture with every option that changes its loss, as a table for tests. */
export function everyLoss({ d_in, d_sae }: { d_in: number; d_sae: number }): StepCase[] {
  const sizes = { d_in, d_sae, k: null };
  const topk = { ...sizes, k: 4 };
  const first = Math.floor(d_sae / 8);
  const second = Math.floor(d_sae / 3);
  const group_sizes = [first, second, d_sae - first - second];
  const withSkip = { d_out: d_in - 1, skip: true };
  const withoutSkip = { d_out: d_in + 2, skip: false };
  const sparse = { sparsity_coefficient: 0.7 };
  const revived = { auxk_coefficient: 0.3 };
  const squared = { orthogonality: "squared" } as const;
  const free = { decoder_norm: "free" } as const;
  const apart = { orthogonality_coefficient: 40 };
  const order = new Random(0, "order").shuffle(Int32Array.from({ length: d_sae }, (_, f) => f));
  const chunks = { order, count: 3 };
  const tanh = { ...sparse, jumprelu_sparsity: "tanh" } as const;
  const all: [string, SaeConfig, StepCase["options"]][] = [
    ["standard", { ...sizes, architecture: "standard" }, sparse],
    ["standard, free norms", { ...sizes, architecture: "standard" }, { ...sparse, ...free }],
    ["standard, p = ½", { ...sizes, architecture: "standard" }, { ...sparse, lp_norm: 0.5 }],
    ["standard, dead features", { ...sizes, architecture: "standard" }, { ...sparse, ...revived }],
    ["gated", { ...sizes, architecture: "gated" }, sparse],
    ["gated, dead features", { ...sizes, architecture: "gated" }, { ...sparse, ...revived }],
    ["jumprelu, step", { ...sizes, architecture: "jumprelu" }, sparse],
    [
      "jumprelu, step, wide band",
      { ...sizes, architecture: "jumprelu" },
      { ...sparse, jumprelu_bandwidth: 0.8 },
    ],
    ["jumprelu, tanh", { ...sizes, architecture: "jumprelu" }, tanh],
    ["jumprelu, tanh, free norms", { ...sizes, architecture: "jumprelu" }, { ...tanh, ...free }],
    ["jumprelu, dead features", { ...sizes, architecture: "jumprelu" }, { ...sparse, ...revived }],
    ["topk", { ...topk, architecture: "topk" }, {}],
    ["topk, dead features", { ...topk, architecture: "topk" }, revived],
    ["batchtopk", { ...topk, architecture: "batchtopk" }, {}],
    ["batchtopk, dead features", { ...topk, architecture: "batchtopk" }, revived],
    ["matryoshka_batchtopk", { ...topk, architecture: "matryoshka_batchtopk", group_sizes }, {}],
    [
      "matryoshka_batchtopk, dead features",
      { ...topk, architecture: "matryoshka_batchtopk", group_sizes },
      revived,
    ],
    [
      "standard transcoder",
      { ...sizes, architecture: "standard", transcoder: withoutSkip },
      sparse,
    ],
    [
      "jumprelu transcoder, skip",
      { ...sizes, architecture: "jumprelu", transcoder: withSkip },
      sparse,
    ],
    [
      "topk transcoder, skip, dead features",
      { ...topk, architecture: "topk", transcoder: withSkip },
      revived,
    ],
    ["batchtopk transcoder", { ...topk, architecture: "batchtopk", transcoder: withoutSkip }, {}],
    [
      "matryoshka_batchtopk transcoder, skip",
      { ...topk, architecture: "matryoshka_batchtopk", group_sizes, transcoder: withSkip },
      {},
    ],
    ["standard, cos²", { ...sizes, architecture: "standard" }, { ...apart, ...squared }],
    [
      "jumprelu, free norms, |cos| in chunks",
      { ...sizes, architecture: "jumprelu" },
      { ...sparse, ...free, ...apart, orthogonality: "abs", chunks },
    ],
    ["topk, |cos|", { ...topk, architecture: "topk" }, { ...apart, orthogonality: "abs" }],
    ["topk, nearest", { ...topk, architecture: "topk" }, { ...apart, orthogonality: "max" }],
    [
      "batchtopk, nearest in chunks",
      { ...topk, architecture: "batchtopk" },
      { ...apart, ...revived, orthogonality: "max", chunks },
    ],
    [
      "gated, cos² in chunks",
      { ...sizes, architecture: "gated" },
      { ...sparse, ...apart, ...squared, chunks },
    ],
    [
      "topk transcoder, skip, nearest",
      { ...topk, architecture: "topk", transcoder: withSkip },
      { ...apart, orthogonality: "max" },
    ],
  ];
  return all.map(([name, config, options]) => ({ name, config, options }));
}

/** All that a step of a case is given; every third feature counts as dead. */
export function stepInputs({ config, options }: StepCase, rows: number) {
  const adam = { adam_beta1: 0.9, adam_beta2: 0.99, clip_grad_norm: 1 };
  const settings: StepSettings = { ...saeConfig.parse({}), ...adam, ...options };
  const dead = Uint8Array.from({ length: config.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0));
  const none = { sparsity_coefficient: 0, auxk_coefficient: 0 };
  const stepOptions: StepOptions = { lr: 1e-3, ...none, dead, ...options };
  return {
    settings,
    options: stepOptions,
    initialState(): StepState {
      const { config: _, ...weights } = randomSae(new Random(1, "sae"), config);
      if (settings.decoder_norm === "unit") normalizeRows(weights.W_dec);
      return { step: 0, weights, mean: zeroWeights(config), square: zeroWeights(config) };
    },
    batch(step: number) {
      const { d_in, transcoder } = config;
      const x = randomTensor(new Random(step, "x"), 1, rows, d_in);
      const y = transcoder && randomTensor(new Random(step, "y"), 1, rows, transcoder.d_out);
      return { x, y: y ?? null };
    },
  };
}

const figures = [
  "loss",
  "mse_loss",
  "sparsity_loss",
  "auxk_loss",
  "orthogonality_loss",
  "l0",
  "grad_norm",
] as const;

/** How far the figures of a step are from what is expected, of themselves. */
export function figureDifference(found: StepResult, expected: StepResult): number {
  const differences = figures.map((name) => {
    const [a, b] = [found[name] ?? 0, expected[name] ?? 0];
    return b === 0 ? Math.abs(a) : Math.abs(a - b) / Math.abs(b);
  });
  return Math.max(...differences);
}

/** How far weights and moments are from what is expected, of the largest in each; and where that is. */
export function stateDifference(config: SaeConfig, found: StepState, expected: StepState) {
  const groups = ["weights", "mean", "square"] as const;
  const compared = groups.flatMap((group) =>
    weightNames(config).map((name: WeightName) => ({
      where: `${group} ${name}`,
      difference: maxRelativeDifference(weight(found[group], name), weight(expected[group], name)),
    })),
  );
  return compared.reduce((worst, next) => (next.difference > worst.difference ? next : worst));
}
