import { BundleError } from "../errors.ts";
import type { ArchiveEntry } from "./archive.ts";

/*
 * Reads a tar (POSIX ustar and pax, GNU long names) from a stream. Nothing is held in memory but one
 * chunk of the stream: a header that announces a name longer than MAX_NAME_BYTES is refused.
 */

const BLOCK = 512;
const MAX_NAME_BYTES = 1 << 16;

export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveEntry> {
  const reader = new ChunkReader(source);
  try {
    let isFirst = true;
    let renamed: { path?: string; bytes?: number } = {};
    for (;;) {
      const header = await (isFirst ? reader.readMost(BLOCK) : reader.read(BLOCK));
      if (!header || header.every((byte) => byte === 0)) return;
      if (isFirst && !isTarHeader(header)) throw new BundleError("it holds no tar");
      isFirst = false;
      const { path, bytes, type } = parseHeader(header);
      const padding = (BLOCK - (bytes % BLOCK)) % BLOCK;
      if (type === "x" || type === "g" || type === "L" || type === "K") {
        if (bytes > MAX_NAME_BYTES) throw new BundleError(`tar: a header of ${bytes} bytes`);
        const text = (await reader.readAll(bytes + padding)).subarray(0, bytes);
        if (type === "x") renamed = { ...renamed, ...parsePax(text) };
        if (type === "L") renamed = { ...renamed, path: cString(text) };
        continue;
      }
      const size = renamed.bytes ?? bytes;
      let unread = size;
      const content = async function* () {
        while (unread > 0) {
          const chunk = await reader.chunk(unread);
          unread -= chunk.length;
          yield chunk;
        }
      };
      yield { path: renamed.path ?? path, kind: kindOf(type), bytes: size, content };
      for await (const _ of content()); // what was not wanted is passed over
      await reader.readAll((BLOCK - (size % BLOCK)) % BLOCK);
      renamed = {};
    }
  } finally {
    await reader.close();
  }
}

/** Whether a file begins as a tar does. */
export function isTarHeader(header: Uint8Array): boolean {
  return header.length >= BLOCK && checksumHolds(Buffer.from(header.subarray(0, BLOCK)));
}

function parseHeader(header: Buffer): { path: string; bytes: number; type: string } {
  if (!checksumHolds(header)) throw new BundleError("tar: a damaged header");
  const isUstar = header.toString("latin1", 257, 262) === "ustar";
  const prefix = isUstar ? cString(header.subarray(345, 500)) : "";
  const name = cString(header.subarray(0, 100));
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    bytes: parseSize(header.subarray(124, 136)),
    type: String.fromCharCode(header[156] ?? 0),
  };
}

/** The header's bytes add up to its checksum when the checksum itself counts as eight spaces. */
function checksumHolds(header: Buffer): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] ?? 0);
  return sum === parseOctal(header.subarray(148, 156));
}

function parseSize(field: Buffer): number {
  const isBase256 = ((field[0] ?? 0) & 0x80) !== 0;
  const size = isBase256 ? Number(field.readBigUInt64BE(4)) : parseOctal(field);
  if (!Number.isSafeInteger(size)) throw new BundleError("tar: a size that cannot be read");
  return size;
}

function parseOctal(field: Buffer): number {
  const text = cString(field).trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : Number.NaN;
}

/** pax records: "LENGTH KEY=VALUE\n", one after another; only a path and a size matter here. */
function parsePax(text: Buffer): { path?: string; bytes?: number } {
  const found: { path?: string; bytes?: number } = {};
  for (let at = 0; at < text.length; ) {
    const length = Number.parseInt(text.toString("latin1", at, at + 20), 10);
    if (!(length > 0 && at + length <= text.length)) throw new BundleError("tar: a damaged header");
    const record = text.toString("utf8", at, at + length - 1);
    const [key, value] = splitOnce(record.slice(record.indexOf(" ") + 1), "=");
    if (key === "path") found.path = value;
    if (key === "size" && /^\d{1,15}$/.test(value)) found.bytes = Number(value);
    at += length;
  }
  return found;
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function cString(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

function kindOf(type: string): ArchiveEntry["kind"] {
  if (type === "0" || type === "\0" || type === "7") return "file";
  return type === "5" ? "folder" : "other";
}

/** A stream of chunks, read in pieces of the sizes that are asked for. */
class ChunkReader {
  #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes, or null at the end of the stream. */
  async read(bytes: number): Promise<Buffer | null> {
    if (!(await this.#fill())) return null;
    return this.readAll(bytes);
  }

  /** So many bytes, or those that are left; null at the end of the stream. */
  async readMost(bytes: number): Promise<Buffer | null> {
    const chunks: Buffer[] = [];
    for (let left = bytes; left > 0 && (await this.#fill()); ) {
      const chunk = await this.chunk(left);
      chunks.push(chunk);
      left -= chunk.length;
    }
    return chunks.length === 0 ? null : Buffer.concat(chunks);
  }

  async readAll(bytes: number): Promise<Buffer> {
    const out = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; ) at += (await this.chunk(bytes - at)).copy(out, at);
    return out;
  }

  /** Between one and so many bytes. */
  async chunk(most: number): Promise<Buffer> {
    if (!(await this.#fill()))
      throw new BundleError("tar: it ends in the middle of a file; is it cut off?");
    const chunk = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(chunk.length);
    return chunk;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#rest = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    return true;
  }
}
