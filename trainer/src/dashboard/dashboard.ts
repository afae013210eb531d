import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { sealBundle, writeTable } from "../bundle/files.ts";
import { type FeatureRecord, type Manifest, tables } from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TokenFile } from "../text/token-file.ts";
import { ActivationLog } from "./activation-log.ts";
import { type CollectInput, collect } from "./collect.ts";
import type { DashboardConfig } from "./config.ts";
import { Distribution } from "./distribution.ts";
import { chooseExamples, exampleRows } from "./examples.ts";
import { describeGeometry } from "./geometry.ts";
import { TopExamples } from "./top-examples.ts";
import { Totals } from "./totals.ts";
import { writeContexts } from "./write-contexts.ts";

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
  const { sae, model, tokens, dir, seed, threads } = input;
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
    const report = partsReport(input);
    const distribution = new Distribution(totals.max, { ...config, context_size, seed });
    for (const block of log.read()) {
      distribution.add(block);
      report("intervals", (block.first_context + 1) / n_contexts);
    }

    const examples = chooseExamples(totals.max, top, distribution);
    const sizes = { ...config, d_sae, context_size };
    await writeTable(
      join(dir, tables.examples.file),
      tables.examples,
      exampleRows(examples, log.read(), sizes, (share) => report("examples", share)),
    );
    await writeContexts(dir, tokens, new Set(examples.map(({ context }) => context)));

    const geometry = await describeGeometry(sae, model.unembed(), config, {
      seed,
      threads,
      report,
    });
    const features = geometry.map(
      (fromWeights, index): FeatureRecord => ({
        index,
        ...totals.of(index),
        activation_histogram: distribution.histogram(index),
        ...fromWeights,
      }),
    );
    await writeTable(join(dir, tables.features.file), tables.features, features);
    await copyFile(input.tokenizer, join(dir, "tokenizer.json"));
    const { provenance, ...about } = input.manifest;
    const counted = { token_policy: input.policy, dashboard_tokens: totals.tokens };
    return await sealBundle(dir, { ...about, provenance: { ...provenance, ...counted } });
  } finally {
    log.remove();
  }
}

const parts = ["intervals", "examples", "logits", "nearest", "layout"] as const;

/** Reports the parts of what follows the pass as one stage; stops it when it is told to. */
function partsReport({ sae, report, signal }: DashboardInput) {
  const total = sae.config.d_sae;
  return (part: (typeof parts)[number], share: number) => {
    signal?.throwIfAborted();
    const done = Math.round((total * (parts.indexOf(part) + share)) / parts.length);
    report?.({ stage: "dashboard", done, total, unit: "features" });
  };
}
