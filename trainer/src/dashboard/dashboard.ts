import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { readTable, sealBundle, writeTable } from "../bundle/files.ts";
import {
  type ContextRecord,
  type FeatureRecord,
  type Manifest,
  type Report,
  tables,
} from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TokenFile } from "../text/token-file.ts";
import { ActivationLog } from "./activation-log.ts";
import { type CollectInput, collect } from "./collect.ts";
import type { DashboardConfig } from "./config.ts";
import { Distribution } from "./distribution.ts";
import { chooseExamples, exampleRows } from "./examples.ts";
import { layOut } from "./layout.ts";
import { logitEffects, noLogitEffects } from "./logits.ts";
import { nearestRows } from "./nearest.ts";
import { transpose } from "./products.ts";
import { TopExamples } from "./top-examples.ts";
import { Totals } from "./totals.ts";

export type DashboardInput = Omit<CollectInput, "n_contexts"> & {
  model: { unembed(): Tensor };
  tokens: Pick<TokenFile, "context_size" | "contexts" | "n_contexts">;
  sae: Sae;
  /** the bundle's folder, which holds everything else already */
  dir: string;
  /** tokenizer.json of the model */
  tokenizer: string;
  manifest: Pick<Manifest, "model_id" | "name"> & {
    provenance: Omit<Manifest["provenance"], "token_policy" | "dashboard_tokens">;
  };
  seed: number;
  threads: number;
};

/**
 * Writes what the features' pages show, and seals the bundle. The text goes through the model once;
 * the activations are kept in a file meanwhile, since what is shown of a feature depends on its
 * largest activation, which is known only at the end.
 */
export async function dashboard(config: DashboardConfig, input: DashboardInput): Promise<Manifest> {
  const { sae, tokens, dir, seed } = input;
  const { d_sae } = sae.config;
  const { context_size } = tokens;
  const n_contexts = Math.min(tokens.n_contexts, Math.ceil(config.dashboard_tokens / context_size));
  const log = new ActivationLog(join(dir, "activations.tmp"));
  try {
    const totals = new Totals(d_sae);
    const top = new TopExamples(d_sae, config.top_examples, context_size);
    for await (const block of collect({ ...input, n_contexts })) {
      totals.add(block.acts);
      top.add(block);
      log.append(block);
    }
    const distribution = new Distribution(totals.max, { ...config, context_size, seed });
    for (const block of log.read()) distribution.add(block);

    const examples = chooseExamples(totals.max, top, distribution);
    await writeTable(
      join(dir, tables.examples.file),
      tables.examples,
      exampleRows(examples, log.read(), { ...config, d_sae, context_size }),
    );
    await writeContexts(dir, tokens, new Set(examples.map(({ context }) => context)));
    const geometry = await describeGeometry(config, input);
    const features = Array.from(
      { length: d_sae },
      (_, index): FeatureRecord => ({
        index,
        ...totals.of(index),
        activation_histogram: distribution.histogram(index),
        ...geometry(index),
      }),
    );
    await writeTable(join(dir, tables.features.file), tables.features, features);
    await copyFile(input.tokenizer, join(dir, "tokenizer.json"));
    const { provenance, ...rest } = input.manifest;
    return await sealBundle(dir, {
      ...rest,
      provenance: {
        ...provenance,
        token_policy: input.policy,
        dashboard_tokens: totals.tokens,
      },
    });
  } finally {
    log.remove();
  }
}

/** What the weights alone say of a feature. */
async function describeGeometry(config: DashboardConfig, input: DashboardInput) {
  const { sae, model, seed, threads, signal } = input;
  const { W_enc, W_dec } = sae;
  const d_sae = sae.config.d_sae;
  const progress = stages(input.report, d_sae);
  const W_U = model.unembed();
  const logits =
    W_U.shape[0] === sae.config.d_in
      ? await logitEffects(W_dec, W_U, { ...config, threads }, progress(0))
      : null;
  const nearest = await nearestRows(
    W_dec,
    W_dec,
    { k: config.nearest, threads, self: (f) => f },
    progress(1),
  );
  const decoder_norms = rowNorms(W_dec);
  const encoder_decoder_cosines = rowCosines(transpose(W_enc), W_dec);
  const { data: places } = await layOut(W_dec, { seed, threads, signal });
  progress(2)(d_sae);
  return (f: number) => ({
    ...(logits?.[f] ?? noLogitEffects),
    decoder_norm: decoder_norms[f],
    encoder_decoder_cosine: encoder_decoder_cosines[f],
    nearest_features: nearest[f].rows,
    nearest_cosines: nearest[f].cosines,
    umap_x: places[2 * f],
    umap_y: places[2 * f + 1],
  });
}

/** Reports of three stages of equal length as one. */
function stages(report: Report | undefined, d_sae: number) {
  return (stage: number) => (done: number) =>
    report?.({
      stage: "dashboard",
      done: stage * d_sae + done,
      total: 3 * d_sae,
      unit: "features",
    });
}

function rowCosines(a: Tensor, b: Tensor): Float32Array {
  const [n, width] = a.shape;
  const [normsA, normsB] = [rowNorms(a), rowNorms(b)];
  return Float32Array.from({ length: n }, (_, i) => {
    let dot = 0;
    for (let at = i * width; at < (i + 1) * width; at++) dot += a.data[at] * b.data[at];
    return dot / (normsA[i] * normsB[i] || 1);
  });
}

/** The contexts that examples and datapoints point into, in order. */
async function writeContexts(
  dir: string,
  tokens: DashboardInput["tokens"],
  used: Set<number>,
): Promise<void> {
  for await (const block of readTable(join(dir, tables.datapoints.file), tables.datapoints))
    for (const { context } of block) used.add(context);
  function* rows(): Generator<ContextRecord> {
    for (const context of [...used].sort((a, b) => a - b))
      yield { context, tokens: Array.from(tokens.contexts(context, context + 1)) };
  }
  await writeTable(join(dir, tables.contexts.file), tables.contexts, rows());
}
