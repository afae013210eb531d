import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { BundleError, UsageError } from "../bundle/index.ts";

/** A line without its end; `number` counts from 1. */
export type Line = { text: string; number: number };

const MAX_LINE_BYTES = 2 ** 26;

/**
 * The lines of a UTF-8 file, unpacked when its name ends in .gz, in memory one at a time.
 * "\n" and "\r\n" both end a line. `onBytes` hears how many bytes of the file were read.
 */
export async function* readLines(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Line> {
  let number = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const line = (): Line => {
    const bytes = pending.length === 1 ? pending[0] : Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    return { text: decodeLine(bytes, path, ++number), number };
  };
  for await (const block of bytesOf(path, onBytes)) {
    let start = 0;
    for (let end = block.indexOf(0x0a); end >= 0; end = block.indexOf(0x0a, start)) {
      pending.push(block.subarray(start, end));
      yield line();
      start = end + 1;
    }
    pending.push(block.subarray(start));
    pendingBytes += block.length - start;
    if (pendingBytes > MAX_LINE_BYTES)
      throw new BundleError(`${path}:${number + 1}: line longer than ${MAX_LINE_BYTES} bytes`);
  }
  if (pendingBytes > 0) yield line();
}

async function* bytesOf(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 2 ** 16 });
  file.on("data", (block) => onBytes(block.length));
  try {
    // the callback is there because pipeline wants one: the loop below sees the error itself
    yield* path.endsWith(".gz") ? pipeline(file, createGunzip(), () => {}) : file;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code?.startsWith("Z_"))
      throw new BundleError(`${path}: cannot be unpacked (${message})`, { cause });
    throw new UsageError(`${path}: cannot be read (${code ?? message})`, { cause });
  }
}

function decodeLine(bytes: Uint8Array, path: string, number: number): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: number > 1 }).decode(bytes);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  } catch (cause) {
    const at = firstInvalidByte(bytes);
    throw new BundleError(`${path}:${number}: invalid UTF-8 at byte ${at} of the line`, { cause });
  }
}

/** Where decoding stops: at a byte that can't stand there, or at the end, inside a character. */
function firstInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const at = bytes.findIndex((_, i) => {
    try {
      decoder.decode(bytes.subarray(i, i + 1), { stream: true });
      return false;
    } catch {
      return true;
    }
  });
  return at < 0 ? bytes.length : at;
}
