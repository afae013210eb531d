import { join, resolve } from "node:path";
import { recoverBundle } from "../../bundle/amend.ts";
import {
  type Evaluation,
  evaluation,
  type Manifest,
  manifest,
  UsageError,
} from "../../bundle/index.ts";
import { readJson } from "../../bundle/json-files.ts";
import { runConfig, stages } from "../config.ts";
import { openRun, readConfig } from "../run-folder.ts";
import { folders, refuseSweep, type TrainerRun } from "../stage-verb.ts";

/** A run whose bundle is complete, and what the bundle says of itself. */
export type SealedRun = {
  dir: string;
  run: TrainerRun;
  bundle: string;
  manifest: Manifest;
  evaluation: Evaluation;
};

/** Takes run folders for this process and lends them; `machine` says where to compute. */
export async function inSealedRuns<T>(
  dirs: string[],
  machine: Record<string, unknown>,
  work: (runs: SealedRun[]) => Promise<T>,
): Promise<T> {
  const opened: TrainerRun[] = [];
  try {
    const sealed: SealedRun[] = [];
    for (const dir of dirs) {
      const run = openSealed(dir, machine, opened);
      opened.push(run);
      await recoverBundle(folders.bundle(run));
      sealed.push(await readSealed(dir, run));
    }
    return await work(sealed);
  } finally {
    for (const { release } of opened) release();
  }
}

function openSealed(dir: string, machine: Record<string, unknown>, before: TrainerRun[]) {
  if (readConfig(dir) === null)
    throw new UsageError(`${dir}: no run folder (no config.json); npx trainer run makes one`);
  refuseSweep(dir);
  if (before.some((other) => resolve(other.dir) === resolve(dir)))
    throw new UsageError(`${dir}: given twice`);
  const held = before.map(({ cache }) => resolve(cache));
  return openRun(runConfig, stages, dir, machine, held);
}

async function readSealed(dir: string, run: TrainerRun): Promise<SealedRun> {
  if (!run.isDone("dashboard"))
    throw new UsageError(
      `${dir}: its bundle is not complete (no bundle/manifest.json); npx trainer run ${dir} makes it`,
    );
  const bundle = folders.bundle(run);
  return {
    dir,
    run,
    bundle,
    manifest: await readJson(join(bundle, "manifest.json"), manifest),
    evaluation: await readJson(join(bundle, "evaluation.json"), evaluation),
  };
}

/** Dictionaries can be compared position by position only on the same text, as the same tokens, in the same model. */
export function refuseMixed(runs: SealedRun[]): void {
  const [first, ...others] = runs.map(({ dir, manifest, evaluation }) => {
    const { model, tokenizer_sha256, corpus, token_policy } = manifest.provenance;
    const facts = {
      model: `${model.id} (weights ${model.weights_sha256.slice(0, 12)}…)`,
      tokenizer: tokenizer_sha256,
      text: `${corpus.id} (sha256 ${corpus.sha256.slice(0, 12)}…)`,
      "tokens held out": `${evaluation.contexts.join(" to ")} of ${evaluation.context_size}`,
      "token policy": JSON.stringify(token_policy),
    };
    return { dir, facts };
  });
  for (const { dir, facts } of others)
    for (const [what, found] of Object.entries(facts)) {
      const expected = first.facts[what as keyof typeof facts];
      if (found !== expected)
        throw new UsageError(
          `${dir}: another ${what} than ${first.dir}: ${found} (expected ${expected})`,
        );
    }
}
