import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type ArchiveEntry, isDamage, readArchive } from "../bundle/archive/archive.ts";
import { fileSource } from "../bundle/archive/file-source.ts";
import { isTarHeader } from "../bundle/archive/tar.ts";
import { BundleError, UsageError } from "../bundle/index.ts";
import type { Input, InputFile } from "./foreign.ts";
import { firstBytes, fromFile } from "./read-at.ts";
import { isNpz, isTorchZip } from "./tensors.ts";
import { unpack } from "./unpack.ts";
import { walk } from "./walk.ts";
import { readMembers } from "./zip-directory.ts";

export type InputOptions = {
  /** most bytes that an archive may unpack to */
  limit_bytes?: number;
  signal?: AbortSignal;
  /** where an archive is unpacked, in a folder of its own */
  tmp_dir?: string;
};

/** As many as an upload may have by default. */
const LIMIT_BYTES = 20 * 2 ** 30;

/**
 * What lies at a path, as files on the disk: those of a folder, of an archive (tar, tar.gz, zip; `close` removes what
 * was unpacked), or one. Which it is shows in its bytes: a zip that holds a pickle of torch, or nothing but arrays of
 * numpy, is one file of tensors.
 */
export async function openInput(
  path: string,
  { limit_bytes = LIMIT_BYTES, signal, tmp_dir }: InputOptions = {},
): Promise<Input & { close(): Promise<void> }> {
  const found = await stat(path).catch((cause) => {
    throw new UsageError(`${path}: there is no such file or folder`, { cause });
  });
  const name = basename(resolve(path));
  const nothing = async () => {};
  if (found.isDirectory()) return { name, files: await walk(path, signal), close: nothing };
  if (!found.isFile()) throw new BundleError(`${name}: neither a file nor a folder`);
  const file = { path: name, file: path, bytes: found.size };
  const source = fileSource(path, found.size);
  try {
    if (await isArchive(file, () => readArchive(source, limit_bytes)))
      return { name, ...(await unpack(source, { limit_bytes, signal, tmp_dir })) };
  } catch (cause) {
    if (isDamage(cause))
      throw new BundleError(`${name}: the archive is damaged: ${cause.message}`, { cause });
    if (cause instanceof BundleError && !cause.message.startsWith(`${name}: `))
      throw new BundleError(`${name}: ${cause.message}`, { cause: cause.cause });
    throw cause;
  }
  return { name, files: [file], close: nothing };
}

async function isArchive(
  file: InputFile,
  entries: () => AsyncIterable<ArchiveEntry>,
): Promise<boolean> {
  const head = firstBytes(file.file, 512);
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  if (isTarHeader(head)) {
    await refuseOldTorch(entries());
    return true;
  }
  return head[0] === 0x50 && head[1] === 0x4b && !isTensorZip(file);
}

/** torch.save's zip has NAME/data.pkl; numpy's has arrays and nothing else. */
function isTensorZip(file: InputFile): boolean {
  const names = [...readMembers(fromFile(file), file.bytes, file.path).keys()];
  return isTorchZip(names) || isNpz(names);
}

async function refuseOldTorch(entries: AsyncIterable<ArchiveEntry>): Promise<void> {
  const first: string[] = [];
  for await (const { path } of entries) if (first.push(path) === 4) break;
  if (["sys_info", "pickle", "storages", "tensors"].every((name) => first.includes(name)))
    throw new BundleError(
      "a tar as torch wrote it before 0.1.10, which is not read; load it with torch and save it again",
    );
}
