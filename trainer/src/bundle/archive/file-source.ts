import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { ArchiveSource } from "./archive.ts";

/** A file of the disk. */
export function fileSource(path: string, bytes: number): ArchiveSource {
  return {
    bytes,
    read: (range) => {
      if (!range) return createReadStream(path);
      if (range.start >= range.end) return Readable.from([]);
      return createReadStream(path, { start: range.start, end: range.end - 1 });
    },
  };
}
