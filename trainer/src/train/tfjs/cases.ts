import type { SaeConfig, SaeSettings } from "../../sae/config.ts";
import type { LossOptions } from "../../sae/loss.ts";

export type Case = {
  name: string;
  config: SaeConfig;
  options: Partial<LossOptions & Pick<SaeSettings, "decoder_norm">>;
};

/** Every architecture with every option that changes its loss, as a table for tests. */
export function everyLoss({ d_in, d_sae }: { d_in: number; d_sae: number }): Case[] {
  const sizes = { d_in, d_sae, k: null };
  const topk = { ...sizes, k: 4 };
  const first = Math.floor(d_sae / 8);
  const second = Math.floor(d_sae / 3);
  const group_sizes = [first, second, d_sae - first - second];
  const withSkip = { d_out: d_in - 1, skip: true };
  const withoutSkip = { d_out: d_in + 2, skip: false };
  const sparse = { sparsity_coefficient: 0.7 };
  const revived = { auxk_coefficient: 0.3 };
  const free = { decoder_norm: "free" } as const;
  const tanh = { ...sparse, jumprelu_sparsity: "tanh" } as const;
  const all: [string, SaeConfig, Case["options"]][] = [
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
  ];
  return all.map(([name, config, options]) => ({ name, config, options }));
}
