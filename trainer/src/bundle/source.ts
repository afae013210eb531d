import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { BundleError } from "./errors.ts";

/** A file, or bytes that were one: read where asked, and never beyond the end. */
export type Source = {
  name: string;
  bytes: number;
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
};

/** `bytesName` is what errors call bytes, which have no path. */
export async function openSource(source: string | Uint8Array, bytesName: string): Promise<Source> {
  return typeof source === "string" ? openFile(source) : ofBytes(source, bytesName);
}

async function openFile(path: string): Promise<Source> {
  const name = basename(path);
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "missing" : "cannot be read";
    throw new BundleError(`${name}: ${reason}`, { cause });
  });
  const { size } = await file.stat();
  const read = async (start: number, length: number) => {
    checkRange(start, length, size);
    return readExactly(file, start, length);
  };
  return { name, bytes: size, read, close: () => file.close() };
}

function ofBytes(bytes: Uint8Array, name: string): Source {
  const read = async (start: number, length: number) => {
    checkRange(start, length, bytes.length);
    return bytes.subarray(start, start + length);
  };
  return { name, bytes: bytes.length, read, close: async () => {} };
}

function checkRange(start: number, length: number, bytes: number): void {
  if (!(start >= 0 && length >= 0 && start + length <= bytes))
    throw new Error(`bytes ${start} to ${start + length} of a file of ${bytes}`);
}

async function readExactly(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(buffer, at, length - at, start + at);
    if (bytesRead === 0) throw new Error("the file ends too early");
    at += bytesRead;
  }
  return buffer;
}
