import { existsSync } from "node:fs";
import { link, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { toTokenPolicy } from "../../activations/policy.ts";
import { saelensCfg } from "../../bundle/cfg.ts";
import type { Sections } from "../../bundle/index.ts";
import { readJson } from "../../bundle/json-files.ts";
import { withActiveSetsOf } from "../../experiments/active-sets.ts";
import { countedActivations } from "../../experiments/counted-activations.ts";
import { describeFit, withDecoder } from "../../experiments/finetune.ts";
import { type Fit, fitDecoder } from "../../experiments/fit-decoder.ts";
import { loadSae, saveSae } from "../../sae/files.ts";
import type { Sae } from "../../sae/sae.ts";
import { type WeightName, weight, weightNames } from "../../sae/weights.ts";
import { batchesOf } from "../../train/batches.ts";
import { threadsOf } from "../config.ts";
import { withModel } from "../opened.ts";
import { withHarvested } from "../train.ts";
import type { Context } from "../verb.ts";
import type { FinetuneConfig } from "./finetune.ts";
import type { SealedRun } from "./sealed-runs.ts";

/** What is known once the weights are. */
export type Finetuned = Pick<
  NonNullable<Sections["finetune"]>,
  "fitted_tokens" | "active_sets" | "scale" | "turned"
>;

/**
 * Fits, checks that the features active on the held-out tokens are those of the parent, and writes
 * NEW_DIR/bundle with the weights, which is there wholly or not at all; `keep` is told before.
 */
export async function makeFinetuned(
  dir: string,
  parent: SealedRun,
  settings: FinetuneConfig,
  context: Context,
  keep: (found: Finetuned) => void,
): Promise<Finetuned> {
  const before = await loadSae(parent.bundle);
  const fit = await fitted(before, parent, settings, context);
  const { sae, ...active_sets } = await checked(
    before,
    withDecoder(before, fit),
    parent,
    settings,
    context,
  );
  const { scale, turned } = describeFit(before, fit);
  const found: Finetuned = {
    fitted_tokens: fit.tokens,
    active_sets,
    scale,
    turned: settings.what === "scale" ? null : turned,
  };
  context.signal.throwIfAborted();
  keep(found);
  await writeBundle(dir, parent, before, sae, settings);
  return found;
}

async function fitted(
  sae: Sae,
  { run }: SealedRun,
  { what, tokens, batch_tokens, lr }: FinetuneConfig,
  context: Context,
): Promise<Fit> {
  let fit: Fit | undefined;
  await withHarvested(run, context, async (source) => {
    const { seed, buffer_tokens, sae_kernel } = run.config;
    const stream = { seed, buffer_tokens, train_batch_tokens: batch_tokens };
    const batches = batchesOf(stream, source, 0);
    const { report, signal } = context;
    const steps = Math.ceil(tokens / batch_tokens);
    const machine = { threads: threadsOf(run.config), sae_kernel, report, signal };
    try {
      fit = await fitDecoder(sae, batches, { what, steps, lr, ...machine });
    } finally {
      await batches.return(undefined);
    }
  });
  return fit as Fit;
}

/** Compares the active features at all held-out tokens that the parent was measured on. */
async function checked(
  before: Sae,
  after: Sae,
  { run, evaluation }: SealedRun,
  { what }: FinetuneConfig,
  context: Context,
) {
  let found: Awaited<ReturnType<typeof withActiveSetsOf>> | undefined;
  await withModel(run, context, async ({ model, tokens }) => {
    const { hook_name, sae_kernel } = run.config;
    const policy = toTokenPolicy(run.config, tokens.header.special_ids);
    const { report, signal } = context;
    const n_contexts = evaluation.contexts[1];
    const input = { model, tokens, hook_name, policy, n_contexts, stage: "active sets" };
    const batches = () => countedActivations({ ...input, report, signal });
    const machine = { threads: threadsOf(run.config), sae_kernel };
    const may_settle = what === "decoder+bias";
    found = await withActiveSetsOf(before, after, batches, { ...machine, may_settle });
  });
  return found as NonNullable<typeof found>;
}

async function writeBundle(
  dir: string,
  { bundle }: SealedRun,
  before: Sae,
  sae: Sae,
  { what }: FinetuneConfig,
): Promise<void> {
  const next = join(dir, "bundle.next");
  await rm(next, { recursive: true, force: true });
  await mkdir(next);
  const log = join(bundle, "training.jsonl"); // of the encoder's training
  if (existsSync(log)) await link(log, join(next, "training.jsonl"));
  const { metadata } = await readJson(join(bundle, "cfg.json"), saelensCfg);
  await saveSae(next, sae, metadata);
  refuseOtherEncoder(before, await loadSae(next), what);
  await rename(next, join(dir, "bundle"));
}

/** What was not to be trained must have the parent's bytes. */
function refuseOtherEncoder(before: Sae, saved: Sae, what: FinetuneConfig["what"]): void {
  const trained: WeightName[] =
    what === "decoder+bias" && !before.config.transcoder
      ? ["W_dec", "b_dec", "b_enc", "b_mag"]
      : ["W_dec", ...(what === "decoder+bias" ? (["b_dec"] as const) : [])];
  for (const name of weightNames(before.config).filter((name) => !trained.includes(name))) {
    const [was, is] = [before, saved].map((sae) => Buffer.from(weight(sae, name).data.buffer));
    if (!was.equals(is)) throw new Error(`${name} has changed, which was to stay as it is`);
  }
}
