import "server-only";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { type BundleFile, bundleFiles, type Manifest } from "trainer/bundle";

/** A file of a bundle as it lies within the stored tar. */
export type TarredFile = { name: string; bytes: number; sha256: string; offset: number };

export const BLOCK = 512;

/**
 * Where each file lies: one header block before it, padded to whole blocks after it. The manifest
 * comes first, so that a reader of the stream knows what follows.
 */
export function layOut(
  manifest: Manifest,
  self: { bytes: number; sha256: string },
): { files: TarredFile[]; bytes: number } {
  const names = (Object.keys(bundleFiles) as BundleFile[]).filter((name) => manifest.files[name]);
  const files: TarredFile[] = [];
  let at = 0;
  const add = (name: string, { bytes, sha256 }: { bytes: number; sha256: string }) => {
    files.push({ name, bytes, sha256, offset: at + BLOCK });
    at += BLOCK + padded(bytes);
  };
  add("manifest.json", self);
  for (const name of names) {
    const file = manifest.files[name];
    if (file) add(name, file);
  }
  return { files, bytes: at + 2 * BLOCK };
}

/** The bundle as one uncompressed tar (ustar): the same bundle always gives the same bytes. */
export async function* canonicalTar(
  dir: string,
  folder: string,
  files: TarredFile[],
): AsyncGenerator<Buffer> {
  for (const { name, bytes } of files) {
    yield ustarHeader(folder, name, bytes);
    yield* createReadStream(join(dir, name));
    yield Buffer.alloc(padded(bytes) - bytes);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** Bytes of a file with what fills its last block. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

/** POSIX.1-1988 ustar: the folder goes into `prefix`, so that no name is ever too long. */
export function ustarHeader(folder: string, name: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write("0000644\0", 100); // mode
  header.write("0000000\0", 108); // owner
  header.write("0000000\0", 116); // group
  writeSize(header, bytes);
  header.write("00000000000\0", 136); // no time, so that equal bundles are equal tars
  header.write("        ", 148);
  header.write("0", 156); // a regular file
  header.write("ustar\u000000", 257, "latin1");
  header.write(folder, 345);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** Eleven octal digits up to 8 GiB, beyond that GNU's base 256, which every common tar reads. */
function writeSize(header: Buffer, bytes: number): void {
  if (bytes < 8 ** 11) {
    header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  } else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(bytes), 128);
  }
}
