import type { Readable } from "node:stream";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from "yauzl";
import { BundleError } from "../errors.ts";
import type { ArchiveEntry, ArchiveSource } from "./archive.ts";

const MAX_ENTRIES = 10_000;
/** Of names, comments and what else the directory has, all of which is held while it is read. */
const MAX_DIRECTORY = 1 << 24;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;

/** Reads a zip from wherever it is stored, the manifest first, so that it bounds what follows. */
export async function* readZip(source: ArchiveSource): AsyncGenerator<ArchiveEntry> {
  const zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.bytes, {
    autoClose: false,
  });
  try {
    if (zip.entryCount > MAX_ENTRIES) throw new BundleError(`zip: ${zip.entryCount} entries`);
    const entries: Entry[] = [];
    let directory = 0;
    for await (const entry of zip.eachEntry()) {
      directory += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
      if (directory > MAX_DIRECTORY)
        throw new BundleError(`zip: a directory of more than ${MAX_DIRECTORY} bytes`);
      entries.push(entry);
    }
    entries.sort((a, b) => Number(isManifest(b)) - Number(isManifest(a)));
    for (const entry of entries) {
      if (entry.isEncrypted()) throw new BundleError(`${entry.fileName}: encrypted`);
      if (!entry.canDecodeFileData())
        throw new BundleError(`${entry.fileName}: compressed in a way that is not understood`);
      const content = async function* () {
        yield* await zip.openReadStreamPromise(entry);
      };
      yield { path: entry.fileName, kind: kindOf(entry), bytes: entry.uncompressedSize, content };
    }
  } finally {
    zip.close();
  }
}

function isManifest(entry: Entry): boolean {
  return /(^|\/)manifest\.json$/.test(entry.fileName);
}

/** Zips made on Unix carry the file's mode in the upper half of its attributes. */
function kindOf(entry: Entry): ArchiveEntry["kind"] {
  if (entry.fileName.endsWith("/")) return "folder";
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  return type === 0 || type === REGULAR ? "file" : "other";
}

class SourceReader extends RandomAccessReader {
  #source: ArchiveSource;

  constructor(source: ArchiveSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#source.read({ start, end });
  }
}
