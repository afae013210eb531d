import type { z } from "zod";
import { UsageError } from "../../bundle/index.ts";
import { widthConfig, widthGaps } from "../../experiments/width.ts";
import { hookWidth } from "../../model/hook-names.ts";
import { checkConfig } from "../flags.ts";
import { sweptModel } from "../sweep/folder.ts";
import type { Verb } from "../verb.ts";
import { ofSchema } from "./experiment-verb.ts";
import {
  namedDictionary,
  runFlagsWithout,
  type SweptExperiment,
  sparsityOf,
  trainSwept,
} from "./swept.ts";

export const width: Verb = {
  words: "DIR",
  summary:
    "Trains and measures dictionaries of growing width at the same hooks on the same tokens, in one pass over the model, each in DIR/NAME as a run of its own would make it, and says how much of the gap between the earliest and the latest hook width closes. What was found goes into evaluation.json of each bundle. What is done already is not done again; what was broken off goes on.",
  flags: {
    Width: widthConfig,
    ...runFlagsWithout(["hook_name", "hook_name_out", "d_sae", "name"]),
  },
  run: async ([dir], given, context) => {
    const asked = checkConfig(widthConfig, ofSchema(widthConfig, given));
    const { expansion_factors: _, gap_from: __, ...settings } = given;
    const grid = { ...settings, hook_name: asked.hook_name };
    const model = await sweptModel(dir, grid, context);
    const d_in = onlyWidth(asked.hook_name, (name) => hookWidth(name, model));
    const d_sae = asked.expansion_factors.map((factor) => Math.round(factor * d_in));
    return trainSwept(experiment(asked), dir, { ...grid, d_sae }, context);
  },
};

/** One grid has one list of widths, which are as many times as wide at each hook only where these are alike. */
function onlyWidth(hook_names: string[], widthAt: (hook_name: string) => number): number {
  const [first, ...others] = hook_names.map((name) => ({ name, d_in: widthAt(name) }));
  const other = others.find(({ d_in }) => d_in !== first.d_in);
  if (other)
    throw new UsageError(
      `--hook_name ${other.name}: ${other.d_in} numbers wide, but ${first.name} has ${first.d_in} (expected hooks of one width)`,
    );
  return first.d_in;
}

function experiment(asked: z.output<typeof widthConfig>): SweptExperiment<"width"> {
  return {
    name: "width",
    section(runs) {
      const [{ run, evaluation }] = runs;
      const { train_tokens, seed } = run.config;
      const points = runs
        .map(({ manifest }) => {
          const { hook_name, d_sae, d_in } = manifest.sae;
          const { fvu, ce_diff, ce_loss_recovered, dead_fraction, l0 } = manifest.metrics;
          const measured = { fvu, ce_diff, ce_loss_recovered, dead_fraction, l0 };
          const expansion_factor = d_sae / d_in;
          return {
            ...namedDictionary({ manifest }),
            hook_name,
            d_sae,
            expansion_factor,
            ...measured,
          };
        })
        .sort(
          (a, b) =>
            asked.hook_name.indexOf(a.hook_name) - asked.hook_name.indexOf(b.hook_name) ||
            a.d_sae - b.d_sae,
        );
      return {
        seed,
        tokens: evaluation.metrics.l0.tokens,
        config: { ...asked, ...sparsityOf({ run }), train_tokens },
        points: points as [(typeof points)[number], ...typeof points],
        gaps: widthGaps(points, asked.gap_from),
      };
    },
    text({ points, gaps }) {
      const titles = ["FVU", "CE recovered", "CE-diff", "dead", "L0"];
      const head = [
        "hook".padEnd(26),
        "features".padStart(10),
        ...titles.map((t) => t.padStart(14)),
      ];
      const lines = points.map((point) =>
        [
          point.hook_name.padEnd(26),
          String(point.d_sae).padStart(10),
          ...[point.fvu, point.ce_loss_recovered, point.ce_diff, point.dead_fraction].map((value) =>
            value.toFixed(4).padStart(14),
          ),
          point.l0.toFixed(1).padStart(14),
        ].join(""),
      );
      const said = gaps.map(
        ({ metric, early, late, narrow, wide, at_narrow, at_wide, closed }) =>
          `${metric}, ${late} − ${early}: ${at_narrow.toFixed(4)} at ${narrow}x, ${at_wide.toFixed(4)} at ${wide}x${closed === null ? "" : `; from ${narrow}x to ${wide}x the worse of the two makes up ${(100 * closed).toFixed(0)} % of the former`}`,
      );
      return [head.join(""), ...lines, ...(said.length > 0 ? ["", ...said] : [])].join("\n");
    },
  };
}
