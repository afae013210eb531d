import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../bundle/index.ts";
import { writeJson } from "../bundle/json-files.ts";
import { modelId } from "../text/config.ts";
import { type ModelSource, openModelSource } from "../text/model-source.ts";
import type { RunConfig } from "./config.ts";
import type { Context } from "./verb.ts";

/** model.json: the commit with which a run began; all that share its cache take the same. */
const pin = z.object({ model: z.string(), commit: z.string() });

/** A run's model, at the commit with which the run began, though its branch may have moved on. */
export async function modelOf(
  { config, cache }: { config: Pick<RunConfig, "model" | "model_id">; cache: string },
  { report, signal }: Context,
  check?: (dir: string) => Promise<unknown>,
): Promise<ModelSource> {
  const path = join(cache, "model.json");
  const pinned = await readPin(path);
  const commit = pinned?.model === config.model ? pinned.commit : null;
  const source = await openModelSource(config.model, { report, signal, commit, check });
  if (source.commit !== null && source.commit !== commit) {
    const made = { model: config.model, commit: source.commit };
    await writeJson(path, made);
  }
  return { ...source, id: modelId(config) };
}

async function readPin(path: string): Promise<z.infer<typeof pin> | null> {
  if (!existsSync(path)) return null;
  try {
    return pin.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new UsageError(`${path}: not the model and commit of a run; remove it to pin them anew`, {
      cause,
    });
  }
}
