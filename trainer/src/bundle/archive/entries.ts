import { BundleError, unprintable } from "../errors.ts";
import type { ArchiveEntry } from "./archive.ts";

const MAX_PATH = 1024;

/** Where an entry belongs, part by part; null for a folder and for what file managers leave behind. */
export function placeOf(entry: ArchiveEntry): string[] | null {
  const { path } = entry;
  if (path.length > MAX_PATH || unprintable.test(path))
    throw new BundleError(
      `${path.slice(0, 80)}: a name of ${path.length} characters, expected at most ${MAX_PATH}, all of them to be seen`,
    );
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..") || path.includes("\\"))
    throw new BundleError(`${path}: a path that leads out of the archive`);
  if (parts.some((part) => part.startsWith("._") || litter.has(part))) return null;
  if (entry.kind === "folder") return null;
  if (entry.kind === "other") throw new BundleError(`${path}: links are not accepted`);
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
