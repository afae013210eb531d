import { closeSync, openSync, readSync } from "node:fs";
import { BundleError } from "../bundle/index.ts";
import type { InputFile } from "./foreign.ts";

/** Fills `into` with what lies `at` so many bytes from the beginning. */
export type ReadAt = (into: Uint8Array, at: number) => void;

/** Of a file of the disk, which is open only while it is read. */
export function fromFile({ path, file }: InputFile): ReadAt {
  return (into, position) => {
    const fd = openSync(file, "r");
    try {
      for (let at = 0; at < into.length; ) {
        const n = readSync(fd, into, at, Math.min(into.length - at, 1 << 30), position + at);
        if (n === 0) throw new BundleError(`${path}: it ends ${into.length - at} bytes too early`);
        at += n;
      }
    } finally {
      closeSync(fd);
    }
  };
}

export function fromMemory(bytes: Uint8Array): ReadAt {
  return (into, at) => into.set(bytes.subarray(at, at + into.length));
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
