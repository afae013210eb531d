import { isUtf8 } from "node:buffer";
import { BundleError } from "../../bundle/index.ts";
import { type LocalFile, unpackedBytes } from "./bytes.ts";

/** A line without its end; `number` counts from 1. */
export type Line = { text: string; number: number };

const MAX_LINE_BYTES = 2 ** 26;

/** The lines of a UTF-8 file, in memory one at a time; "\n" and "\r\n" both end a line. */
export async function* readLines(
  file: LocalFile,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Line> {
  let number = 0;
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const line = (): Line => {
    const bytes = Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    return { text: decodeLine(bytes, file.name, ++number), number };
  };
  for await (const block of unpackedBytes(file, onBytes)) {
    let start = 0;
    for (let end = block.indexOf(0x0a); end >= 0; end = block.indexOf(0x0a, start)) {
      pending.push(block.subarray(start, end));
      yield line();
      start = end + 1;
    }
    pending.push(block.subarray(start));
    pendingBytes += block.length - start;
    if (pendingBytes > MAX_LINE_BYTES)
      throw new BundleError(`${file.name}:${number + 1}: line longer than ${MAX_LINE_BYTES} bytes`);
  }
  if (pendingBytes > 0) yield line();
}

function decodeLine(bytes: Buffer, name: string, number: number): string {
  const text = decodeUtf8(bytes, `${name}:${number}`, "of the line");
  const withoutMark = number === 1 && text.startsWith("\ufeff") ? text.slice(1) : text;
  return withoutMark.endsWith("\r") ? withoutMark.slice(0, -1) : withoutMark;
}

/** The text that bytes are; a BundleError says which of them is not UTF-8. */
export function decodeUtf8(bytes: Buffer, where: string, ofWhat: string): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new BundleError(`${where}: invalid UTF-8 at byte ${firstInvalidByte(bytes)} ${ofWhat}`);
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
