import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { describeCfg, type SaelensCfg, saelensCfg, tensorShapes } from "./cfg.ts";
import { checkTables } from "./check-tables.ts";
import { checkTensors } from "./check-weights.ts";
import { BundleError } from "./errors.ts";
import { type Evaluation, evaluation } from "./evaluation.ts";
import { hashFile } from "./hash.ts";
import { readJson, readJsonLines } from "./json-files.ts";
import {
  BUNDLE_VERSION,
  type BundleFile,
  bundleFiles,
  type Manifest,
  manifest,
} from "./manifest.ts";
import { type MetricName, metrics } from "./metrics.ts";
import type { Report } from "./progress.ts";
import { tokenStrings } from "./token-strings.ts";
import { trainingLine } from "./training.ts";

/**
 * Checks a bundle to the last row: that it is complete, that every file has the length and sha256 of
 * the manifest and the content that its schema asks for, and that the files agree with one another.
 * Throws a BundleError that names the file and the reason.
 */
export async function verifyBundle(
  dir: string,
  { report, signal }: { report?: Report; signal?: AbortSignal } = {},
): Promise<Manifest> {
  const sealed = await readManifest(dir);
  const names = await checkFiles(dir, sealed);
  const total = names.length + 3;
  let done = 0;
  const between = () => {
    signal?.throwIfAborted();
    report?.({ stage: "verify", done, total, unit: "checks" });
  };
  for (const name of names) {
    between();
    await checkHash(dir, name, sealed);
    done++;
  }

  const cfg = await readJson(join(dir, "cfg.json"), saelensCfg);
  checkCfg(cfg, sealed);
  const evaluated = await readJson(join(dir, "evaluation.json"), evaluation);
  checkMetrics(evaluated, sealed);
  await checkTokenizer(dir, sealed);
  if (sealed.files["training.jsonl"])
    for await (const _ of readJsonLines(join(dir, "training.jsonl"), trainingLine));
  done++;
  between();

  const { d_sae } = cfg;
  checkTensors(join(dir, "sae_weights.safetensors"), tensorShapes(cfg));
  checkTensors(join(dir, "sparsity.safetensors"), { sparsity: [d_sae] });
  done++;
  const { d_vocab } = sealed.provenance.model;
  const { connections } = evaluated.experiments;
  const sources = connections?.sources.map((source) => source.d_sae) ?? [];
  await checkTables(dir, { d_sae, d_vocab, files: sealed.files, sources }, between);
  done++;
  between();
  return sealed;
}

async function readManifest(dir: string): Promise<Manifest> {
  const path = join(dir, "manifest.json");
  if (!(await isFile(path)))
    throw new BundleError(
      "manifest.json: missing; it is written last, so the bundle is incomplete",
    );
  const { bundle_version } = await readJson(path, z.looseObject({ bundle_version: z.unknown() }));
  if (bundle_version !== BUNDLE_VERSION)
    throw new BundleError(
      `manifest.json: bundle_version ${JSON.stringify(bundle_version)}, expected ${BUNDLE_VERSION}`,
    );
  return readJson(path, manifest);
}

/** The names of the manifest's files, once they have been found to be the folder's and of the right length. */
async function checkFiles(dir: string, { files }: Manifest): Promise<BundleFile[]> {
  for (const name of await readdir(dir))
    if (name !== "manifest.json" && !Object.hasOwn(files, name))
      throw new BundleError(`${name}: unknown file (the manifest does not name it)`);
  const names = Object.keys(bundleFiles) as BundleFile[];
  return Promise.all(
    names
      .filter((name) => files[name] || bundleFiles[name].required)
      .map(async (name) => {
        const stated = files[name];
        if (!stated) throw new BundleError(`${name}: the manifest does not name it`);
        const path = join(dir, name);
        if (!(await isFile(path))) throw new BundleError(`${name}: missing`);
        const { size } = await lstat(path);
        if (size !== stated.bytes)
          throw new BundleError(`${name}: ${size} bytes, expected ${stated.bytes}`);
        return name;
      }),
  );
}

/** Whether there is a plain file; a link would lead out of the bundle. */
async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function checkHash(dir: string, name: BundleFile, { files }: Manifest): Promise<void> {
  const { sha256 } = await hashFile(join(dir, name));
  if (sha256 !== files[name]?.sha256)
    throw new BundleError(`${name}: sha256 ${sha256}, expected ${files[name]?.sha256}`);
}

function checkCfg(cfg: SaelensCfg, { sae, model_id, provenance }: Manifest): void {
  const found = describeCfg(cfg);
  for (const key of Object.keys(found) as (keyof typeof found)[])
    if (found[key] !== sae[key])
      throw new BundleError(`cfg.json: ${key} ${found[key]}, expected ${sae[key]} (manifest.json)`);
  if (provenance.model.id !== model_id)
    throw new BundleError(
      `manifest.json: provenance.model.id ${provenance.model.id}, expected ${model_id}`,
    );
}

function checkMetrics(found: Evaluation, sealed: Manifest): void {
  for (const name of Object.keys(metrics) as MetricName[]) {
    const value = found.metrics[name]?.value;
    if (value !== sealed.metrics[name])
      throw new BundleError(
        `evaluation.json: ${name} ${value}, expected ${sealed.metrics[name]} (manifest.json)`,
      );
  }
}

async function checkTokenizer(dir: string, { files, provenance }: Manifest): Promise<void> {
  if (files["tokenizer.json"]?.sha256 !== provenance.tokenizer_sha256)
    throw new BundleError(
      "tokenizer.json: not the tokenizer that provenance.tokenizer_sha256 names",
    );
  const tokens = tokenStrings(await readJson(join(dir, "tokenizer.json"), z.unknown()));
  if (tokens.length > provenance.model.d_vocab)
    throw new BundleError(
      `tokenizer.json: ${tokens.length} tokens, expected at most d_vocab = ${provenance.model.d_vocab}`,
    );
}
