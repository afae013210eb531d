import { collect } from "../../dashboard/collect.ts";
import { contextsToMeasure } from "../../evaluate/evaluate.ts";
import {
  largestL0,
  removalCurves,
  removals,
  removedCounts,
  removeLowestConfig,
} from "../../experiments/remove-lowest.ts";
import { measureSpliced, weighted } from "../../experiments/spliced.ts";
import { rowNorms } from "../../tensor/row-norms.ts";
import { withModel, withSae } from "../opened.ts";
import { experimentVerb, type Measured } from "./experiment-verb.ts";

export const removeLowest = experimentVerb({
  name: "remove_lowest",
  summary:
    "Measures CE and MSE with each token's weakest active features removed, beside random ones and the strongest.",
  config: removeLowestConfig,
  async measure({ run, manifest }, config, context) {
    const { report, signal } = context;
    const { hook_name, hook_name_out } = manifest.sae;
    let section: Measured<"remove_lowest">["section"] | undefined;
    await withModel(run, context, (shared) =>
      withSae(run, shared, async ({ sae, ...parts }) => {
        const n_contexts = contextsToMeasure(config, parts.tokens);
        const input = { ...parts, hook_name, hook_name_out, n_contexts, signal, report };
        let largest_l0 = 0;
        for await (const { acts } of collect({ ...input, stage: "largest L0" }))
          largest_l0 = Math.max(largest_l0, largestL0(acts));
        const counts = removedCounts(config, largest_l0);
        const variants = removals(counts, config, rowNorms(sae.W_dec));
        const spliced = await measureSpliced(input, [{ encoder: parts.encoder, variants }]);
        section = {
          seed: config.seed,
          tokens: weighted(spliced.with_next),
          hook_name,
          largest_l0,
          ...removalCurves(counts, config, spliced),
        };
      }),
    );
    return { section: section as NonNullable<typeof section> };
  },
  text({ largest_l0, ce_clean, lowest, random, highest, mass, best, helps }) {
    const nats = (value: number) => value.toFixed(4).padStart(9);
    const cells = (points: typeof lowest) => points.map(({ ce_diff }) => nats(ce_diff.value));
    const columns = [lowest, random, highest].map(cells);
    return [
      `CE clean ${ce_clean.toFixed(4)}, at most ${largest_l0} active features; CE-diff in nats:`,
      "    k   L0 left   lowest   random  highest",
      ...lowest.map(({ k, l0 }, i) =>
        [String(k).padStart(5), l0.toFixed(2).padStart(10), ...columns.map((c) => c[i])].join(""),
      ),
      "    p   L0 left   lowest",
      ...mass.map(({ share, l0, ce_diff }) =>
        [String(share).padStart(5), l0.toFixed(2).padStart(10), nats(ce_diff.value)].join(""),
      ),
      `best: k = ${best.k}, p = ${best.share}; removing ${helps.k || helps.share ? "helps" : "helps nowhere"}`,
    ].join("\n");
  },
});
