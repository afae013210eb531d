import { basename, resolve } from "node:path";
import { toSlug } from "../slug.ts";
import { formatOf } from "./text-file.ts";

/** Whether a text is a dataset of a hub: ORG/NAME[@REVISION], and not a file by its ending. */
export function isDataset(text: string): boolean {
  return (
    text !== "embedded" && formatOf(text) === null && /^\w[\w.-]*(\/[\w.-]+)?(@.+)?$/.test(text)
  );
}

/** A run folder means the same files wherever it is gone on with. */
export function keptTextSpec(text: string): string {
  return text === "embedded" || isDataset(text) ? text : resolve(text);
}

/** pile-10k for data/pile-10k.jsonl.gz and for NeelNanda/pile-10k@main */
export function textSlug(text: string): string {
  if (text === "embedded") return "stories";
  const name = basename(isDataset(text) ? text.replace(/@.*/, "") : text);
  return toSlug(name.replace(/\.(txt|md|jsonl|ndjson|json|parquet)(\.(gz|zst))?$/i, ""));
}

/** The text as it may be shown to others: a dataset's name, of a file the name without its folder. */
export function sharedTextSpec(text: string): string {
  return isDataset(text) ? text : basename(text);
}
