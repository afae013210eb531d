import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../bundle/index.ts";
import {
  type ActivationsHeader,
  bytesOf,
  describeHarvest,
  type Harvested,
  type KeptFile,
  toHeader,
} from "./header.ts";
import { keepsAll, readHeader, refuseOtherOrigin } from "./open-activations.ts";
import type { Hook, Origin, Plan, Shard } from "./plan.ts";

/** Where one hook's activations are kept: shards, held-out rows and, last, activations.json. */
export type HookFolder = {
  dir: string;
  hook: Hook;
  harvested: Harvested;
  /** once all is there that is to be kept */
  header: ActivationsHeader | null;
};

/** Says what the files of an unfinished folder hold. */
const BEGUN = "harvest.json";

/** Looks into a hook's folder, and makes it when it is not there. */
export async function openFolder(
  activations: string,
  hook: Hook,
  plan: Plan,
  origin: Origin,
): Promise<HookFolder> {
  const dir = join(activations, hook.hook_name);
  const harvested = describeHarvest(hook, plan, origin);
  await mkdir(dir, { recursive: true });
  const done = existsSync(join(dir, "activations.json"));
  const header = done ? await readHeader(activations, hook.hook_name) : null;
  if (header && !isSame(header, harvested))
    throw new UsageError(
      `${dir}: holds activations of something else (another text, model, token policy or dtype); remove it, or take another folder`,
    );
  if (header && !keepsAll(header)) refuseOtherOrigin(activations, header, origin);
  return { dir, hook, harvested, header };
}

/**
 * Removes what another harvest left that was begun in the folder, and what is not to be kept; the files of
 * another engine it does not touch.
 */
export async function beginFolder({ dir, harvested }: HookFolder, keep: Shard[]): Promise<void> {
  const path = join(dir, BEGUN);
  const begun: Harvested | null = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  const goesOn = begun !== null && isSame(begun, harvested);
  if (goesOn && begun.engine !== harvested.engine)
    throw new UsageError(
      `${dir}: this harvest was begun with ${begun.engine} (now ${harvested.engine}), and the two round otherwise: go on with that --device, or remove ${path} to begin anew`,
    );
  for (const file of await readdir(dir))
    if (isOurs(file) && !(goesOn && keep.some((kept) => kept.file === file)))
      await rm(join(dir, file));
  if (!goesOn) await writeWhole(path, harvested);
}

/** Whether a file is there: it gets its name only when it is whole. */
export async function holds(folder: HookFolder, shard: Shard, plan: Plan): Promise<boolean> {
  const found = await stat(join(folder.dir, shard.file)).catch(() => null);
  return found?.size === bytesOf(shard, folder.hook, plan);
}

export async function finishFolder(
  folder: HookFolder,
  shards: (KeptFile & { chunks: number })[],
  held_out: KeptFile,
): Promise<ActivationsHeader> {
  const header = toHeader(folder.harvested, shards, held_out);
  await writeWhole(join(folder.dir, "activations.json"), header);
  await rm(join(folder.dir, BEGUN));
  return header;
}

function isOurs(file: string): boolean {
  return /^((shard-\d{5}|held-out)\.(f32|f16|bf16)|activations\.json)(\.tmp)?$/.test(file);
}

/** Whether two are of the same tokens, at the same hook of the same model; the engine may be another. */
function isSame(a: Harvested, b: Harvested): boolean {
  const facts = ({
    hook_name,
    width,
    dtype,
    model,
    tokens_sha256,
    token_policy,
    chunks,
  }: Harvested) =>
    JSON.stringify([hook_name, width, dtype, model, tokens_sha256, token_policy, chunks]);
  return facts(a) === facts(b);
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.tmp`, `${JSON.stringify(value)}\n`);
  await rename(`${path}.tmp`, path);
}
