import { Gate } from "./gate.ts";
import type { ActivationsHeader } from "./header.ts";
import { beginFolder, type HookFolder, openFolder } from "./hook-folder.ts";
import { joinedHooks } from "./joined-hooks.ts";
import { type KeptHook, keptHook } from "./kept-hook.ts";
import { type Kept, keptOf, shardsWithin } from "./limit.ts";
import { openHook } from "./open-activations.ts";
import { type HarvestSettings, type Plan, planHarvest, type Shard } from "./plan.ts";
import { type HookPair, recomputing } from "./recompute.ts";
import type { ActivationSource } from "./source.ts";
import { type HarvestInput, missingFiles, type Work, writeFiles } from "./write-files.ts";

/** A harvest that goes on while others read from it. */
export type Harvesting = {
  plan: Plan;
  kept: Kept;
  /** A hook's rows, and a transcoder's targets beside them; a chunk is waited for until it is there. */
  source(hooks: HookPair): Promise<ActivationSource>;
  /** the headers of all hooks, once all is there */
  finished: Promise<ActivationsHeader[]>;
};

/**
 * Writes the activations of counted tokens at hooks, out of one pass over the model: for each hook a folder of
 * shards, each whole or absent, with their sha256, and activations.json last. A hook that is there already is not
 * harvested again, and a harvest that was killed goes on after its last whole shard.
 */
export async function harvest(
  settings: HarvestSettings,
  hook_names: string[],
  input: HarvestInput,
): Promise<ActivationsHeader[]> {
  return (await beginHarvest(settings, hook_names, input)).finished;
}

/** Looks at what is there and refuses what cannot be; then the harvest is under way. */
export async function beginHarvest(
  settings: HarvestSettings,
  hook_names: string[],
  input: HarvestInput,
): Promise<Harvesting> {
  const { dir, most_bytes = Number.POSITIVE_INFINITY, shard_rows } = input;
  const plan = planHarvest(settings, hook_names, input, shard_rows);
  const folders: HookFolder[] = [];
  for (const hook of plan.hooks) folders.push(await openFolder(dir, hook, plan, input));
  const wanting = folders.filter(({ header }) => header === null);
  const shards = plan.shards.slice(0, shardsWithin(most_bytes, plan, folders));
  const files = [plan.held_out, ...shards];
  for (const folder of wanting) await beginFolder(folder, files);

  const gate = new Gate();
  const work: Work = { ...input, plan, folders: wanting, files };
  const finished = writeFiles(work, await missingFiles(work), () => gate.advance());
  finished.catch((error) => gate.fail(error));

  const recompute = recomputing(plan, input);
  const until = (file: string, signal?: AbortSignal) =>
    gate.until(
      files.findIndex((one) => one.file === file),
      signal,
    );
  async function rowsAt(name: string): Promise<KeptHook> {
    const folder = folders.find(({ hook }) => hook.hook_name === name);
    if (!folder) throw new RangeError(`${name} is none of the harvest's hooks`);
    if (folder.header) return openHook(dir, name);
    return keptHook(folder.dir, folder.harvested, toFiles(plan.held_out, shards), until);
  }

  return {
    plan,
    kept: keptOf(plan, folders, shards),
    async source(hooks) {
      const x = await rowsAt(hooks.hook_name);
      const y = hooks.hook_name_out === null ? null : await rowsAt(hooks.hook_name_out);
      return joinedHooks(plan.chunks, x, y, recompute(hooks));
    },
    finished: finished.then((made) =>
      folders.map(({ header }) => header ?? (made.shift() as ActivationsHeader)),
    ),
  };
}

function toFiles(held_out: Shard, shards: Shard[]) {
  return {
    held_out,
    shards: shards.map(({ file, chunks }) => ({ file, chunks: chunks.length })),
  };
}
