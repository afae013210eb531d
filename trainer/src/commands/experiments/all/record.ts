import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../../bundle/index.ts";
import { writeJson } from "../../../bundle/json-files.ts";

const call = z.object({
  verb: z.string(),
  words: z.array(z.string()),
  flags: z.record(z.string(), z.unknown()),
});

const step = z.object({
  name: z.string(),
  verdict: z.string(),
  /** what its own calls took; what another experiment had made already is not in it */
  seconds: z.number().nonnegative(),
  calls: z.array(call),
  /** folders of the bundles that it made or added to */
  bundles: z.array(z.string()),
  /** why there is no verdict; null: there is one */
  failed: z.string().nullable(),
});
export type StepRecord = z.infer<typeof step>;

const record = z.object({
  version: z.literal(1),
  steps: z.array(step),
  /** by folder: the sha256 of the manifest that was last sent, and the hub it was sent to */
  uploads: z.record(z.string(), z.object({ manifest_sha256: z.string(), address: z.string() })),
});
export type ExperimentsRecord = z.infer<typeof record>;

function pathIn(dir: string): string {
  return join(dir, "experiments.json");
}

/** What was done in the folder before. */
export async function readRecord(dir: string): Promise<ExperimentsRecord> {
  const path = pathIn(dir);
  if (!existsSync(path)) return { version: 1, steps: [], uploads: {} };
  const text = await readFile(path, "utf8");
  const parsed = record.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new UsageError(`${path}: not what trainer experiments writes; remove it to begin anew`);
}

export async function writeRecord(dir: string, value: ExperimentsRecord): Promise<void> {
  await writeJson(pathIn(dir), value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
