import { statSync } from "node:fs";
import { UsageError } from "../../bundle/index.ts";
import type { LocalFile } from "./bytes.ts";

export type Format = { kind: "text" | "jsonl" | "parquet"; packing: LocalFile["packing"] };

/** A file of a corpus, here or on a hub. */
export type TextFile = {
  /** what errors and the token file's header call it */
  name: string;
  format: Format;
  bytes: number;
  /** where it can be read, once it is there */
  fetch(): Promise<string>;
};

const knownFormats = ".txt, .md, .jsonl, .ndjson or .json, each also .gz or .zst; .parquet";

/** The format that a file's name tells, or null. */
export function formatOf(name: string): Format | null {
  if (/\.parquet$/i.test(name)) return { kind: "parquet", packing: null };
  const [, ending, packing] = /\.(txt|md|jsonl|ndjson|json)(?:\.(gz|zst))?$/i.exec(name) ?? [];
  if (!ending) return null;
  const kind = /^(txt|md)$/i.test(ending) ? "text" : "jsonl";
  return { kind, packing: (packing?.toLowerCase() ?? null) as Format["packing"] };
}

export function localFile(path: string): TextFile {
  const format = formatOf(path);
  if (!format) throw new UsageError(`${path}: not a known kind of text (expected ${knownFormats})`);
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) throw new UsageError(`${path}: no such text file`);
  return { name: path, format, bytes: file.size, fetch: async () => path };
}
