import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { hooksOf } from "../../activations/config.ts";
import { toTokenPolicy } from "../../activations/policy.ts";
import { hashFile } from "../../bundle/hash.ts";
import {
  BundleError,
  type ImportCheck,
  type ImportProvenance,
  UsageError,
} from "../../bundle/index.ts";
import { checkReading } from "../../importers/check.ts";
import { neighbours } from "../../importers/neighbours.ts";
import { sampleActivations } from "../../importers/sample.ts";
import { structuralNotes } from "../../importers/structure.ts";
import { toSae } from "../../importers/to-sae.ts";
import { used } from "../../importers/used.ts";
import { describedModel } from "../../model/described-model.ts";
import { saveSae } from "../../sae/files.ts";
import { refuseMisfit } from "../../sae/refuse-misfit.ts";
import { modelId } from "../../text/config.ts";
import { threadsOf } from "../config.ts";
import { withModel } from "../opened.ts";
import { readConfig } from "../run-folder.ts";
import { modelOf } from "../run-model.ts";
import type { TrainerRun } from "../stage-verb.ts";
import type { Context } from "../verb.ts";
import { checkBatches, keepBatches } from "./batches.ts";
import { type ImportTask, keep } from "./begin.ts";
import type { Source } from "./source.ts";

/** Thrown where a reading is refused, with all that was found. */
export class Misread extends BundleError {
  readonly provenance: ImportProvenance;
  constructor(provenance: ImportProvenance) {
    super(
      `${provenance.where}: ${provenance.check?.says}. With --accept it is taken as it was read`,
    );
    this.provenance = provenance;
  }
}

/** The settings that make RUN_DIR a run's folder; those that were given go first. */
export function runSettings(
  { dir, run }: ImportTask,
  { foreign, reading }: Source,
): Record<string, unknown> {
  const { described, weights } = foreign;
  const { trained, d_sae } = described;
  const k = reading.k ?? trained.k;
  const isByK = trained.architecture?.includes("topk") ?? false;
  // without its k, one that was trained by a k is described by how it is run
  const architecture =
    trained.architecture && (!isByK || k !== null) ? trained.architecture : reading.architecture;
  const { model, hook_name, hook_name_out } = reading;
  const context_size = run.context_size ?? readConfig(dir)?.context_size ?? trained.context_size;
  return {
    ...run,
    ...(context_size !== null && { context_size }),
    model,
    hook_name,
    hook_name_out,
    architecture,
    d_sae,
    ...(k !== null && { k }),
    skip_connection: weights.W_skip !== undefined,
  };
}

/** A model that the dictionary can't be of is refused before text and weights are fetched. */
export async function refuseOtherModel(
  run: TrainerRun,
  { foreign, reading, tokenizer, batches, provenance }: Source,
  context: Context,
): Promise<void> {
  const { architecture, k } = reading;
  const { d_in, d_sae, d_out } = foreign.described;
  const check = async (dir: string) => {
    const described = await describedModel(dir, modelId(run.config));
    const config = { architecture, d_in, d_sae, k, transcoder: { d_out, skip: false } };
    refuseMisfit({ config }, run.config, described);
    if (tokenizer === null) return;
    const [own, models] = await Promise.all([
      hashFile(tokenizer.file),
      hashFile(join(dir, "tokenizer.json")),
    ]);
    if (own.sha256 !== models.sha256)
      throw new UsageError(
        `${provenance.where}: its ${tokenizer.path} is another than that of ${reading.model} (sha256 ${own.sha256.slice(0, 12)}… and ${models.sha256.slice(0, 12)}…): --model must name the model that it was made with`,
      );
  };
  const { dir } = await modelOf(run, context, check);
  await check(dir);
  if (batches) await checkBatches(batches, d_sae, join(dir, "tokenizer.json"), context.signal);
}

/** Compares the reading with others on the run's held-out text; writes the weights, or refuses them. */
export async function checkImport(
  run: TrainerRun,
  task: ImportTask,
  source: Source,
  context: Context,
): Promise<void> {
  const check = await checked(run, task, source, context);
  const isMisread = check.verdict === "misread";
  const accepted = isMisread && task.settings.accept;
  const notes =
    check.verdict === "fits" ? source.provenance.notes : [...source.provenance.notes, check.says];
  const provenance = { ...source.provenance, notes, check, accepted };
  if (isMisread && !accepted) throw new Misread(provenance);
  context.say(`${check.verdict === "fits" ? "import check" : "WARNING"}: ${check.says}`);
  context.signal.throwIfAborted();
  await keepBatches(run.dir, source.batches);
  await writeWeights(run, source);
  keep(task, { found: { import: provenance, is_decided: true } });
}

async function checked(
  run: TrainerRun,
  { settings }: ImportTask,
  { foreign, reading }: Source,
  context: Context,
): Promise<ImportCheck> {
  let check: ImportCheck | undefined;
  await withModel(run, context, async ({ model, tokens }) => {
    const { seed, sae_kernel } = run.config;
    const own = hooksOf(reading);
    const hooks = [...new Set([...own, ...own.flatMap((hook) => neighbours(hook, model.config))])];
    const policy = toTokenPolicy(run.config, tokens.header.special_ids);
    const { check_tokens } = settings;
    const { report, signal } = context;
    const sampling = { model, tokens, policy, check_tokens, seed, report, signal };
    const sample = await sampleActivations(sampling, hooks);
    const machine = { threads: threadsOf(run.config), sae_kernel };
    check = await checkReading(foreign, reading, { sample, seed, report, signal, ...machine });
  });
  return check as ImportCheck;
}

/** Writes the weights with nothing to compare them with, and what they alone say. */
export async function writeUnchecked(
  run: TrainerRun,
  task: ImportTask,
  source: Source,
): Promise<ImportProvenance> {
  const { foreign, reading } = source;
  const notes = [
    ...source.provenance.notes,
    ...structuralNotes(toSae(used(foreign, reading), reading)),
  ];
  const provenance = { ...source.provenance, notes, check: null, accepted: false };
  await writeWeights(run, source);
  keep(task, { found: { import: provenance, is_decided: false } });
  return provenance;
}

/** RUN_DIR/bundle with the weights as SAELens has them, wholly or not at all. */
async function writeWeights(
  { dir, config }: TrainerRun,
  { foreign, reading }: Source,
): Promise<void> {
  const { architecture, k, dataset } = foreign.described.trained;
  const next = join(dir, "bundle.next");
  const bundle = join(dir, "bundle");
  await rm(next, { recursive: true, force: true });
  await mkdir(next);
  await saveSae(next, toSae(used(foreign, reading), reading), {
    model_name: modelId(config),
    hook_name: reading.hook_name,
    ...(reading.hook_name_out !== null && { hook_name_out: reading.hook_name_out }),
    context_size: config.context_size,
    dataset_path: dataset,
    ...(architecture && { training_architecture: architecture }),
    ...(k !== null && { training_architecture_details: { k } }),
  });
  await rm(bundle, { recursive: true, force: true }); // of an unchecked import
  await rename(next, bundle);
}
