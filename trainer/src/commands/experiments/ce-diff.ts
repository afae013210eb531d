import { z } from "zod";
import { describeCeDiff } from "../../evaluate/ce-diff.ts";
import { datapointsConfig } from "../../evaluate/config.ts";
import type { Collected } from "../../evaluate/datapoints.ts";
import { measureTogether } from "../../evaluate/measure.ts";
import { replaceDatapoints } from "../../experiments/replace-datapoints.ts";
import { rowNorms } from "../../tensor/row-norms.ts";
import { openTokens } from "../../text/token-file.ts";
import { withModel, withSae } from "../opened.ts";
import { folders } from "../stage-verb.ts";
import { percent } from "../summary.ts";
import type { Context } from "../verb.ts";
import { experimentVerb } from "./experiment-verb.ts";
import type { SealedRun } from "./sealed-runs.ts";

const ceDiffConfig = datapointsConfig.extend({
  seed: z.int().nonnegative().default(0).describe("the sample follows from it"),
});

export const ceDiff = experimentVerb({
  name: "ce_diff",
  summary:
    "Measures CE-diff at every held-out position again, and keeps other datapoints than evaluation did.",
  config: ceDiffConfig,
  async measure(sealed, { seed, ...config }, context) {
    const collected = await collectAgain(sealed, { config, seed }, context);
    return {
      section: { seed, ...describeCeDiff(collected) },
      // they were laid out in the plane, and are others now
      outdated: ["umap"],
      async write(next) {
        const tokens = await openTokens(folders.tokens(sealed.run));
        try {
          await replaceDatapoints(next, collected, tokens);
        } finally {
          tokens.close();
        }
      },
    };
  },
  text({ tokens, mean, standard_deviation, negative_fraction, shares, datapoints }) {
    const { sample, worst, best, context } = datapoints;
    return [
      `CE-diff of ${tokens} positions: ${mean.toFixed(4)} nats, standard deviation ${standard_deviation.toFixed(4)}; ${percent(negative_fraction)} are below 0`,
      ...shares.map(
        ({ worst, of_total }) =>
          `the worst ${100 * worst} % of them carry ${percent(of_total)} of the whole`,
      ),
      `${sample} datapoints sampled; beside them ${worst} of the worst, ${best} of the best, ${context} of their contexts`,
    ].join("\n");
  },
});

/** Measures what was measured before, with other datapoints. */
async function collectAgain(
  { run, evaluation }: SealedRun,
  { config, seed }: { config: z.output<typeof datapointsConfig>; seed: number },
  context: Context,
): Promise<Collected> {
  let found: Collected | undefined;
  const { hook_name, hook_name_out } = run.config;
  const { signal, report } = context;
  await withModel(run, context, (shared) =>
    withSae(run, shared, async ({ sae, ...parts }) => {
      const input = { ...parts, hook_name, hook_name_out, n_contexts: evaluation.contexts[1] };
      const decoder_norms = rowNorms(sae.W_dec);
      const one = { encoder: parts.encoder, decoder_norms, datapoints: config, seed, report };
      const [{ collected }] = await measureTogether({ ...input, signal }, [one]);
      found = collected;
    }),
  );
  return found as Collected;
}
