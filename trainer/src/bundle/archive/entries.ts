import { BundleError } from "../errors.ts";
import type { ArchiveEntry } from "./archive.ts";

/** Where an entry belongs, part by part; null for a folder and for what file managers leave behind. */
export function placeOf(entry: ArchiveEntry): string[] | null {
  const parts = entry.path.split("/").filter((part) => part !== "" && part !== ".");
  if (entry.path.startsWith("/") || parts.includes("..") || /[\\\0]/.test(entry.path))
    throw new BundleError(`${entry.path}: a path that leads out of the archive`);
  if (parts.some((part) => part.startsWith("._") || litter.has(part))) return null;
  if (entry.kind === "folder") return null;
  if (entry.kind === "other") throw new BundleError(`${entry.path}: links are not accepted`);
  return parts;
}

/** What file managers leave in folders. */
export const litter = new Set(["__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"]);

/** The entry's bytes, as many as its header says. */
export async function* exactly(
  entry: ArchiveEntry,
  count: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  let left = entry.bytes;
  for await (const chunk of entry.content()) {
    left -= chunk.length;
    if (left < 0) throw new BundleError(`${entry.path}: longer than its header says`);
    count(chunk.length);
    yield chunk;
  }
  if (left > 0) throw new BundleError(`${entry.path}: shorter than its header says`);
}
