import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { z } from "zod";
import { sha256Hex } from "../bundle/index.ts";

const savedContexts = z.object({
  /** on the disk */
  contexts: z.int().nonnegative(),
  /** ids that do not fill a context yet */
  unfilled: z.array(z.int().nonnegative()),
});
export type SavedContexts = z.infer<typeof savedContexts>;

/** progress.json: how far a folder is that has no tokens.json yet. */
const tokenProgress = z.object({
  /** what the tokens depend on; what is asked for something else starts anew */
  made_of: z.string(),
  /** pieces of documents that were written, and the sha256 of their text */
  pieces: z.int().nonnegative(),
  sha256: sha256Hex,
  held_out: savedContexts,
  training: savedContexts,
});
export type TokenProgress = z.infer<typeof tokenProgress>;

/** What a folder says of itself, or null: then it is begun anew. */
export function readProgress(path: string): TokenProgress | null {
  if (!existsSync(path)) return null;
  try {
    return tokenProgress.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null; // of another trainer
  }
}

/** Whole or not at all, even when the machine stops. */
export function writeWhole(path: string, text: string): void {
  const partial = `${path}.tmp`;
  const file = openSync(partial, "w");
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(partial, path);
}
