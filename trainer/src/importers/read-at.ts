import { closeSync, openSync, readSync } from "node:fs";
import { BundleError } from "../bundle/index.ts";
import type { InputFile } from "./foreign.ts";

/** Fills `into` with what lies `at` so many bytes from the beginning. */
export type ReadAt = (into: Uint8Array, at: number) => void;

/** Opens a file for as long as `use` takes. */
export function withFile<T>({ path, file }: InputFile, use: (read: ReadAt) => T): T {
  const fd = openSync(file, "r");
  try {
    return use((into, position) => {
      for (let at = 0; at < into.length; ) {
        const n = readSync(fd, into, at, Math.min(into.length - at, 1 << 30), position + at);
        if (n === 0) throw new BundleError(`${path}: it ends ${into.length - at} bytes too early`);
        at += n;
      }
    });
  } finally {
    closeSync(fd);
  }
}

/** So many bytes of the beginning, or all where there are fewer. */
export function firstBytes(path: string, most: number): Buffer {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(most);
    return head.subarray(0, readSync(fd, head, 0, most, 0));
  } finally {
    closeSync(fd);
  }
}
