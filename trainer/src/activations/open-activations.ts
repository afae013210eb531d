import { stat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../bundle/hash.ts";
import { BundleError, UsageError } from "../bundle/index.ts";
import { readJson } from "../bundle/json-files.ts";
import { type ActivationsHeader, activationsHeader, type KeptFile } from "./header.ts";
import { joinedHooks } from "./joined-hooks.ts";
import { type KeptHook, keptHook } from "./kept-hook.ts";
import type { Origin } from "./plan.ts";
import { type HookPair, recomputing } from "./recompute.ts";
import type { ActivationSource } from "./source.ts";

/**
 * Opens what `harvest` put into a folder. Sizes are checked here; a file's sha256 when something is first read from
 * it. What was not kept is computed again, if it is given what from.
 */
export async function openActivations(
  dir: string,
  { hook_name, hook_name_out }: HookPair,
  origin?: Origin,
): Promise<ActivationSource> {
  const [x, y] = await Promise.all([
    openHook(dir, hook_name),
    hook_name_out === null ? null : openHook(dir, hook_name_out),
  ]);
  const headers = [x.header, ...(y ? [y.header] : [])];
  if (y) refuseUnaligned(dir, x.header, y.header);
  if (headers.every(keepsAll)) return joinedHooks(x.header.chunks, x, y, null);
  if (!origin)
    throw new UsageError(`${dir}: not all activations are kept: the rest needs the model`);
  for (const header of headers) refuseOtherOrigin(dir, header, origin);
  const { token_policy: policy, dtype, chunks, rows, held_out } = x.header;
  const plan = {
    hooks: headers.map(({ hook_name, width }) => ({ hook_name, width })),
    policy,
    dtype,
    chunks,
    shards: [{ file: "activations that are computed again", chunks, rows }],
    held_out: { ...held_out, chunks: [] },
  };
  const recompute = recomputing(plan, origin);
  return joinedHooks(chunks, x, y, recompute({ hook_name, hook_name_out }));
}

export async function readHeader(dir: string, hook_name: string): Promise<ActivationsHeader> {
  return readJson(join(dir, hook_name, "activations.json"), activationsHeader);
}

export function keepsAll({ rows, shards }: ActivationsHeader): boolean {
  return shards.reduce((sum, shard) => sum + shard.rows, 0) === rows;
}

export async function openHook(
  activations: string,
  hook_name: string,
): Promise<KeptHook & { header: ActivationsHeader }> {
  const dir = join(activations, hook_name);
  const header = await readHeader(activations, hook_name);
  const files = new Map([...header.shards, header.held_out].map((kept) => [kept.file, kept]));
  for (const { file, bytes } of files.values()) {
    const found = await stat(join(dir, file)).catch(() => null);
    if (found?.size !== bytes)
      throw new BundleError(
        `${join(dir, file)}: ${found ? `${found.size} bytes` : "missing"} (expected ${bytes} bytes)`,
      );
  }
  const checked = new Map<string, Promise<void>>();
  const check = (file: string) => {
    const seen = checked.get(file) ?? checkHash(dir, files.get(file) as KeptFile);
    checked.set(file, seen);
    return seen;
  };
  return { header, ...keptHook(dir, header, header, check) };
}

async function checkHash(dir: string, { file, sha256 }: KeptFile): Promise<void> {
  const found = await hashFile(join(dir, file));
  if (found.sha256 !== sha256)
    throw new BundleError(`${join(dir, file)}: sha256 ${found.sha256} (expected ${sha256})`);
}

function refuseUnaligned(dir: string, x: ActivationsHeader, y: ActivationsHeader): void {
  const rowsOf = ({ tokens_sha256, token_policy, chunks, dtype }: ActivationsHeader) =>
    JSON.stringify([tokens_sha256, token_policy, chunks, dtype]);
  if (rowsOf(x) !== rowsOf(y))
    throw new BundleError(
      `${dir}: ${x.hook_name} and ${y.hook_name} are of different tokens, or of two dtypes`,
    );
}

/** What is computed again must be what would have been kept, to the last bit. */
export function refuseOtherOrigin(dir: string, header: ActivationsHeader, origin: Origin): void {
  const { model, tokens } = origin;
  const made = [header.model.weights_sha256, header.tokens_sha256, header.engine];
  const now = [model.weights_sha256, tokens.header.sha256, model.engine];
  const at = made.findIndex((value, i) => value !== now[i]);
  if (at >= 0)
    throw new UsageError(
      `${dir}: what was not kept of ${header.hook_name} would come from another ${["model", "text", "engine"][at]}: ${now[at]} (expected ${made[at]})`,
    );
}
