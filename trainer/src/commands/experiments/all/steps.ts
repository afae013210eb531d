import { join } from "node:path";
import { type ExperimentName, experiments, type Sections } from "../../../bundle/index.ts";
import { parseHookName } from "../../../model/hook-names.ts";
import { percent } from "../../summary.ts";
import type { Outcome } from "../../verb.ts";
import {
  type Call,
  familyCall,
  layerRun,
  layersCall,
  type Plan,
  residual,
  standardRun,
  topkRuns,
} from "./plan.ts";

/** One experiment of `trainer experiments --all`. */
export type Step = {
  /** the verb */
  name: string;
  asks: string;
  /** what it takes, in order; a call that another step made already is not made again */
  calls(plan: Plan): Call[];
  /** what the last call found, in a line */
  verdict(last: Outcome): string;
};

const on = (verb: string, words: string[], flags: Record<string, unknown> = {}): Call => ({
  verb,
  words,
  flags,
});
const mainRun = (plan: Plan) => layerRun(plan, plan.hook_name);
const sectionOf = <Name extends ExperimentName>(_: Name, { data }: Outcome) =>
  data.section as NonNullable<Sections[Name]>;

/** Every experiment, in the order in which they are run: what one trains, later ones work on. */
export const steps: Step[] = [
  {
    name: "layers",
    asks: experiments.layers.question,
    calls: (plan) => [layersCall(plan)],
    verdict(last) {
      const { rows } = sectionOf("layers", last);
      const resid = rows.filter(({ site }) => site === "hook_resid_post");
      const [first, final] = [resid[0] ?? rows[0], resid.at(-1) ?? rows[rows.length - 1]];
      const nats = ({ values }: typeof first) => values.ce_diff.toFixed(4);
      return `CE-diff ${nats(first)} nats at ${first.hook_name}, ${nats(final)} at ${final.hook_name}`;
    },
  },
  {
    name: "ce-diff",
    asks: experiments.ce_diff.question,
    calls: (plan) => [layersCall(plan), on("ce-diff", [mainRun(plan)])],
    verdict(last) {
      const { mean, shares } = sectionOf("ce_diff", last);
      const worst = shares.map(({ worst, of_total }) => `${100 * worst} %: ${percent(of_total)}`);
      return `${mean.toFixed(4)} nats on average; carried by the worst ${worst.join(", ")}`;
    },
  },
  {
    name: "umap",
    asks: experiments.umap.question,
    calls: (plan) => [
      layersCall(plan),
      on("ce-diff", [mainRun(plan)]),
      on("umap", [mainRun(plan)], { points: 8000 }),
    ],
    verdict: lastLine,
  },
  {
    name: "across-layers",
    asks: experiments.across_layers.question,
    calls: (plan) => [
      layersCall(plan),
      on(
        "across-layers",
        Array.from({ length: plan.n_layers }, (_, layer) => layerRun(plan, residual(layer))),
      ),
    ],
    verdict(last) {
      const { overlap, worst_fraction } = sectionOf("across_layers", last);
      const shared = overlap.flatMap((row, i) => row.slice(0, i));
      const [low, high] = [Math.min(...shared), Math.max(...shared)];
      return `the worst ${percent(worst_fraction)} of two layers have ${percent(low)} to ${percent(high)} in common`;
    },
  },
  {
    name: "remove-lowest",
    asks: experiments.remove_lowest.question,
    calls: (plan) => [layersCall(plan), on("remove-lowest", [mainRun(plan)])],
    verdict: lastLine,
  },
  {
    name: "finetune",
    asks: experiments.finetune.question,
    calls: (plan) => [
      familyCall(plan),
      on("finetune", [standardRun(plan), join(plan.dir, "finetuned")], {
        tokens: plan.train_tokens,
      }),
    ],
    verdict(last) {
      const { before, after } = sectionOf("finetune", last);
      const less = (name: "mse" | "perplexity_increase") => percent(1 - after[name] / before[name]);
      return `${less("mse")} less squared error, ${less("perplexity_increase")} less increase of the perplexity`;
    },
  },
  {
    name: "stack",
    asks: experiments.stacking.question,
    calls: ({ dir, shared, hook_name, d_sae, train_tokens, l1_coefficient }) => {
      const half = { d_sae: Math.ceil(d_sae / 2), train_tokens: Math.ceil(train_tokens / 2) };
      const sparsity = { l1_coefficient: [4 * l1_coefficient, 2 * l1_coefficient] };
      return [on("stack", [join(dir, "stack")], { ...shared, hook_name, ...half, ...sparsity })];
    },
    verdict(last) {
      const { stages, at_equal_l0 } = sectionOf("stacking", last);
      const { l0, fvu } = stages[stages.length - 1];
      const beside = at_equal_l0 ? `, trained at once ${at_equal_l0.fvu.toFixed(4)}` : "";
      return `FVU at L0 ${l0.toFixed(1)}: in ${stages.length} stages ${fvu.toFixed(4)}${beside}`;
    },
  },
  {
    name: "orthogonality",
    asks: experiments.orthogonality.question,
    calls: (plan) => [
      layersCall(plan),
      on("orthogonality", [mainRun(plan), join(plan.dir, "orthogonal")]),
    ],
    verdict(last) {
      const { without, with: apart } = sectionOf("orthogonality", last);
      return `|cos| with the nearest ${without.mean_nearest.toFixed(3)} → ${apart.mean_nearest.toFixed(3)}, FVU ${without.fvu.toFixed(4)} → ${apart.fvu.toFixed(4)}`;
    },
  },
  {
    name: "remove-frequent",
    asks: experiments.remove_frequent.question,
    calls(plan) {
      const [densest, ...others] = topkRuns(plan);
      return [
        layersCall(plan),
        familyCall(plan),
        on("remove-frequent", [densest], { family: others }),
      ];
    },
    verdict(last) {
      const { family } = sectionOf("remove_frequent", last);
      const gaps = family.flatMap(({ l0, gap: { top } }) =>
        top ? [`${top.ce_loss_recovered.value.toFixed(4)} at L0 ${l0.toFixed(0)}`] : [],
      );
      return `CE loss recovered, cut minus trained so sparse: ${gaps.join(", ") || "not covered"}`;
    },
  },
  {
    name: "width",
    asks: experiments.width.question,
    calls: ({ dir, shared, n_layers, k }) => {
      const hook_name = [...new Set([residual(0), residual(n_layers - 1)])];
      const settings = { hook_name, architecture: "topk", k };
      return [on("width", [join(dir, "width")], { ...shared, ...settings })];
    },
    verdict(last) {
      const { gaps } = sectionOf("width", last);
      const gap = gaps.find(({ metric }) => metric === "ce_loss_recovered");
      if (!gap) return "one layer alone: nothing to compare";
      const { at_narrow, at_wide, narrow, wide, closed } = gap;
      return `gap of CE loss recovered ${at_narrow.toFixed(4)} at ${narrow}x, ${at_wide.toFixed(4)} at ${wide}x${closed === null ? "" : `; widening makes up ${percent(closed)}`}`;
    },
  },
  {
    name: "connect",
    asks: experiments.connections.question,
    calls(plan) {
      const { layer } = parseHookName(plan.hook_name) as { layer: number };
      const before = layerRun(plan, residual(Math.max(0, layer - 1)));
      const mlp = layerRun(plan, `blocks.${layer}.hook_mlp_out`);
      const to = layerRun(plan, layer === 0 ? residual(1) : residual(layer));
      return [layersCall(plan), on("connect", [mlp, to]), on("connect", [before, to])];
    },
    verdict({ text }) {
      return text.split("\n")[1] ?? "";
    },
  },
  {
    name: "norms",
    asks: experiments.norms.question,
    calls: (plan) => [
      layersCall(plan),
      on("norms", [layerRun(plan, plan.hook_name.replace(/hook_\w+$/, "hook_mlp_out"))]),
      familyCall(plan),
      on("norms", [standardRun(plan)]),
      on("norms", [mainRun(plan)]),
    ],
    verdict(last) {
      const { spearman } = sectionOf("norms", last);
      return `rank correlation of density with E[a] · ‖d‖: ${spearman.contribution?.toFixed(2) ?? "none"}`;
    },
  },
  {
    name: "single-token",
    asks: experiments.single_token.question,
    calls: (plan) => [layersCall(plan), familyCall(plan), on("single-token", topkRuns(plan))],
    verdict(last) {
      const { dictionaries } = sectionOf("single_token", last);
      const shares = dictionaries.map(
        ({ l0, mass_90 }) => `${percent(mass_90)} at L0 ${l0.toFixed(0)}`,
      );
      return `features with 90 % of their mass on one token: ${shares.join(", ")}`;
    },
  },
  {
    name: "toy",
    asks: "What do autoencoders find where the true features are known?",
    calls: ({ dir }) => [
      on("toy", [join(dir, "toy")], { stages: [1, 2], orthogonality_coefficient: [0, 1] }),
    ],
    verdict({ data }) {
      const results = data.results as { name: string; measures: { found: number } }[];
      const found = results.map(({ measures }) => measures.found);
      return `${results.length} settings; ${percent(Math.min(...found))} to ${percent(Math.max(...found))} of the true features are found`;
    },
  },
];

function lastLine({ text }: Outcome): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
