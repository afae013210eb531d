import { z } from "zod";
import { type Sections, UsageError } from "../bundle/index.ts";
import { keepActs } from "../sae/sparse-acts.ts";
import { Random } from "../tensor/random.ts";
import { estimated, resamples } from "./bootstrap.ts";
import { figuresOf, type Spliced, type Subject, type VariantSums } from "./spliced.ts";

export const removeFrequentConfig = z.object({
  l0: z
    .array(z.number().positive())
    .nullable()
    .default(null)
    .transform((targets) => targets && [...new Set(targets)].sort((a, b) => b - a))
    .describe("L0 to cut to; null: from the dictionary's own down to 1, by √2"),
  frequency_tokens: z
    .int()
    .positive()
    .default(100_000)
    .describe("tokens behind the held-out ones to measure densities on"),
  eval_tokens: z
    .int()
    .positive()
    .nullable()
    .default(100_000)
    .describe("held-out tokens to measure on; null: all of them"),
  resamples: z.int().positive().max(10_000).default(1000).describe("bootstrap resamples"),
  seed: z.int().nonnegative().default(0).describe("of the resamples"),
});

type Config = z.output<typeof removeFrequentConfig>;
type Section = NonNullable<Sections["remove_frequent"]>;
type Cut = { target: number | null; features_cut: number; isCut: Uint8Array };

/** L0s to cut to, the densest first; one that the dictionary has not is refused. */
export function targetL0s({ l0 }: Pick<Config, "l0">, own: number): number[] {
  if (l0 === null) {
    const steps = Array.from({ length: 60 }, (_, i) => own * 2 ** (-(i + 1) / 2));
    return steps.filter((target) => target > 0.99);
  }
  if (l0[0] >= own)
    throw new UsageError(
      `--l0 ${l0[0]}: expected less than ${own.toFixed(1)}, the L0 without a cut`,
    );
  return l0;
}

/**
 * What to remove from the top (or bottom) of the frequency order so that the densities [d_sae] of the rest
 * sum to a target or less. Nothing at all is the first of them.
 */
export function frequencyCuts(
  density: ArrayLike<number>,
  targets: number[],
  from: "top" | "bottom",
): Cut[] {
  const sign = from === "top" ? -1 : 1;
  const order = Array.from(density, (_, f) => f).sort((f, g) => sign * (density[f] - density[g]));
  const isCut = new Uint8Array(density.length);
  let left = order.reduce((sum, f) => sum + density[f], 0);
  let features_cut = 0;
  const cuts: Cut[] = [{ target: null, features_cut: 0, isCut: isCut.slice() }];
  for (const target of targets) {
    while (left > target && features_cut < order.length) {
      const f = order[features_cut++];
      isCut[f] = 1;
      left -= density[f];
    }
    cuts.push({ target, features_cut, isCut: isCut.slice() });
  }
  return cuts;
}

/** The variants that are measured: each cut. */
export function cutting(cuts: Cut[]): Subject["variants"] {
  return function* (acts) {
    for (const { isCut } of cuts) yield keepActs(acts, (o) => isCut[acts.features[o]] === 0);
  };
}

/** A dictionary as it is. */
export const uncut: Subject["variants"] = (acts) => [acts];

type Member = Pick<Section["family"][number], "name" | "weights_sha256" | "architecture" | "d_sae">;

/** A figure at this L0, between its neighbours linearly in log L0; null outside of what the curve covers. */
export function atL0(curve: { l0: number; value: number }[], l0: number): number | null {
  const points = curve.filter((point) => point.l0 > 0).sort((a, b) => a.l0 - b.l0);
  const exact = points.find((point) => point.l0 === l0);
  if (exact) return exact.value;
  const above = points.findIndex((point) => point.l0 > l0);
  if (above < 1) return null;
  const [low, high] = [points[above - 1], points[above]];
  const share = Math.log(l0 / low.l0) / Math.log(high.l0 / low.l0);
  return low.value + share * (high.value - low.value);
}

/** The section's curves; `sums` are those of the cuts from the top, from the bottom, and of each member. */
export function frequencyCurves(
  cuts: { top: Cut[]; bottom: Cut[] },
  family: (Member & { sums: VariantSums })[],
  sums: { top: VariantSums[]; bottom: VariantSums[] },
  config: Pick<Config, "resamples" | "seed">,
  spliced: Spliced,
): Pick<Section, "top" | "bottom" | "family"> {
  const contexts = spliced.counted.length;
  const drawn = resamples(contexts, config.resamples, new Random(config.seed, "resamples"));
  const estimate = (figure: (weights: Uint32Array) => number) => estimated(contexts, drawn, figure);
  const measuredOf = (of: VariantSums) => {
    const { l0, fvu } = figuresOf(spliced, of);
    const figure = (name: Compared) => estimate((weights) => figuresOf(spliced, of, weights)[name]);
    return { l0, fvu, ce_diff: figure("ce_diff"), ce_loss_recovered: figure("ce_loss_recovered") };
  };
  const curve = (from: "top" | "bottom") =>
    cuts[from].map(({ target, features_cut }, i) => ({
      target,
      features_cut,
      ...measuredOf(sums[from][i]),
    })) as Section["top"];
  // at the L0s of the whole text, so that an interval is of the loss alone
  const gapTo = (own: VariantSums, from: "top" | "bottom") => {
    const { l0 } = figuresOf(spliced, own);
    const l0s = sums[from].map((of) => figuresOf(spliced, of).l0);
    const gap = (name: Compared) => (weights: Uint32Array) => {
      const points = sums[from].map((of, i) => ({
        l0: l0s[i],
        value: figuresOf(spliced, of, weights)[name],
      }));
      return (atL0(points, l0) ?? NaN) - figuresOf(spliced, own, weights)[name];
    };
    const isCovered =
      atL0(
        l0s.map((at) => ({ l0: at, value: 0 })),
        l0,
      ) !== null;
    if (!isCovered) return null;
    return {
      ce_diff: estimate(gap("ce_diff")),
      ce_loss_recovered: estimate(gap("ce_loss_recovered")),
    };
  };
  return {
    top: curve("top"),
    bottom: curve("bottom"),
    family: family
      .map(({ sums: own, ...member }) => ({
        ...member,
        ...measuredOf(own),
        gap: { top: gapTo(own, "top"), bottom: gapTo(own, "bottom") },
      }))
      .sort((a, b) => b.l0 - a.l0),
  };
}

type Compared = "ce_diff" | "ce_loss_recovered";
