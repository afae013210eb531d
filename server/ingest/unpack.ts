import "server-only";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BundleError, bundleFiles, type Report } from "trainer/bundle";
import {
  type ArchiveEntry,
  type ArchiveSource,
  exactly,
  placeOf as partsOf,
  readArchive,
  withDamageNamed,
  writeStream,
} from "trainer/bundle/files";
import { z } from "zod";

const MANIFEST = "manifest.json";
const MAX_MANIFEST_BYTES = 1 << 24;

export type UnpackOptions = {
  /** most bytes that may be written */
  limit: number;
  report: Report;
  signal: AbortSignal;
};

/**
 * Unpacks the files of a bundle, at the top of the archive or in one folder, into `dir`. Only names
 * that a bundle may hold are written, and of each only as many bytes as the manifest says.
 */
export async function unpackBundle(
  source: ArchiveSource,
  dir: string,
  options: UnpackOptions,
): Promise<void> {
  await withDamageNamed(() => unpack(source, dir, options));
}

async function unpack(
  source: ArchiveSource,
  dir: string,
  { limit, report, signal }: UnpackOptions,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const seen = new Map<string, number>();
  let expected: Map<string, number> | null = null;
  let folder: string | null = null;
  let written = 0;
  for await (const entry of readArchive(source, limit)) {
    signal.throwIfAborted();
    const place = placeOf(entry);
    if (!place) continue;
    const { name } = place;
    folder ??= place.folder;
    if (place.folder !== folder)
      throw new BundleError(`${entry.path}: expected all files in one folder`);
    if (seen.has(name)) throw new BundleError(`${name}: twice in the archive`);
    seen.set(name, entry.bytes);
    if (expected && name !== MANIFEST) checkSize(name, entry.bytes, expected);
    if (written + entry.bytes > limit)
      throw new BundleError(`the archive unpacks to more than ${limit} bytes`);
    const content = exactly(entry, (bytes) => {
      written += bytes;
      report({ stage: "unpack", done: written, total: total(expected), unit: "bytes" });
    });
    await writeStream(join(dir, name), content, { flags: "wx", signal });
    if (name === MANIFEST) {
      expected = await readSizes(join(dir, name));
      for (const [before, bytes] of seen)
        if (before !== MANIFEST) checkSize(before, bytes, expected);
    }
  }
  if (!expected) throw new BundleError(`${MANIFEST}: missing; is the bundle complete?`);
}

/** Where an entry belongs: a file of a bundle, or nothing for folders and what file managers leave. */
function placeOf(entry: ArchiveEntry): { folder: string; name: string } | null {
  const parts = partsOf(entry);
  if (!parts) return null;
  const name = parts.at(-1) ?? "";
  if (name !== MANIFEST && !Object.hasOwn(bundleFiles, name))
    throw new BundleError(
      `${entry.path}: not a file of a bundle (expected ${MANIFEST}, ${Object.keys(bundleFiles).join(", ")})`,
    );
  if (name === MANIFEST && entry.bytes > MAX_MANIFEST_BYTES)
    throw new BundleError(
      `${MANIFEST}: ${entry.bytes} bytes, expected at most ${MAX_MANIFEST_BYTES}`,
    );
  return { folder: parts.slice(0, -1).join("/"), name };
}

const sizes = z.looseObject({ files: z.record(z.string(), z.looseObject({ bytes: z.int() })) });

/** The sizes that the manifest promises; the rest of it is checked when the bundle is verified. */
async function readSizes(path: string): Promise<Map<string, number>> {
  try {
    const { files } = sizes.parse(JSON.parse(await readFile(path, "utf8")));
    return new Map(Object.entries(files).map(([name, { bytes }]) => [name, bytes]));
  } catch (cause) {
    throw new BundleError(`${MANIFEST}: cannot be read`, { cause });
  }
}

function checkSize(name: string, bytes: number, expected: Map<string, number>): void {
  const promised = expected.get(name);
  if (promised === undefined) throw new BundleError(`${name}: not named in ${MANIFEST}`);
  if (bytes !== promised)
    throw new BundleError(`${name}: ${bytes} bytes, expected ${promised} by ${MANIFEST}`);
}

function total(expected: Map<string, number> | null): number {
  return expected ? [...expected.values()].reduce((sum, bytes) => sum + bytes, 0) : 0;
}
