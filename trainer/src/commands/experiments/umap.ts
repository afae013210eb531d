import { UsageError } from "../../bundle/index.ts";
import { umapConfig } from "../../experiments/umap/config.ts";
import { readDatapoints, writePlaces } from "../../experiments/umap/datapoints.ts";
import { gather } from "../../experiments/umap/gather.ts";
import { mapInThread } from "../../experiments/umap/in-thread.ts";
import { selectVectors, type Vectors } from "../../experiments/umap/vectors.ts";
import { Random } from "../../tensor/random.ts";
import { threadsOf } from "../config.ts";
import { withModel, withSae } from "../opened.ts";
import type { Context } from "../verb.ts";
import { experimentVerb } from "./experiment-verb.ts";
import type { SealedRun } from "./sealed-runs.ts";

export const umap = experimentVerb({
  name: "umap",
  summary:
    "Lays the datapoints out in the plane by what they have in common, and asks whether the bad ones lie together.",
  config: umapConfig,
  async measure(sealed, { over, points, neighbours, epochs, seed }, context) {
    const { bundle, manifest, run } = sealed;
    if (!manifest.files["datapoint_features.parquet"])
      throw new UsageError(
        `${sealed.dir}: its bundle does not say what is active at datapoints; npx trainer ce-diff ${sealed.dir} adds it`,
      );
    const stored = await readDatapoints(bundle);
    const which = chosen(stored.datapoints.length, points, seed);
    const n = which.length;
    if (n <= neighbours)
      throw new UsageError(
        `${sealed.dir}: ${n} datapoints to lay out (expected more than --neighbours ${neighbours})`,
      );
    const datapoints = Array.from(which, (row) => stored.datapoints[row]);
    const vectors: Vectors =
      over === "features"
        ? selectVectors({ kind: "sparse", rows: stored.acts, width: manifest.sae.d_sae }, which)
        : { kind: "dense", rows: await denseRows(sealed, over, datapoints, context) };
    const input = {
      vectors,
      ce_diff: Float32Array.from(datapoints, ({ ce_diff }) => ce_diff),
      context: Int32Array.from(datapoints, (one) => one.context),
      sampled: Uint8Array.from(which, (row) => stored.sampled[row]),
      ...{ neighbours, epochs, seed },
      threads: threadsOf(run.config),
    };
    const { places, separation } = await mapInThread(input, context.report, context.signal);
    return {
      section: { seed, tokens: n, over, points: n, neighbours, epochs, separation },
      write: (next) => writePlaces(next, stored.datapoints, which, places),
    };
  },
  text({ over, points, separation: { k, auroc, held_out } }) {
    const found =
      auroc === null
        ? "too few to say whether bad ones can be told from their neighbours"
        : `AUROC ${auroc.toFixed(3)} of telling the worst tenth of ${held_out} held-out datapoints by their ${k} nearest`;
    return `${points} datapoints laid out over ${over}\n${found}`;
  },
});

/** So many rows of n at random, ascending. */
function chosen(n: number, points: number | null, seed: number): Int32Array {
  const order = new Random(seed, "umap points").shuffle(
    Int32Array.from({ length: n }, (_, i) => i),
  );
  return order.slice(0, points ?? n).sort();
}

async function denseRows(
  { run }: SealedRun,
  over: "x" | "error",
  datapoints: Parameters<typeof gather>[1],
  context: Context,
) {
  const { hook_name, hook_name_out } = run.config;
  const { report, signal } = context;
  let rows: Awaited<ReturnType<typeof gather>> | undefined;
  await withModel(run, context, (shared) =>
    withSae(run, shared, async (parts) => {
      const input = { ...parts, hook_name, hook_name_out, report, signal };
      rows = await gather(over, datapoints, input);
    }),
  );
  return rows as NonNullable<typeof rows>;
}
