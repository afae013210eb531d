import { Decompress } from "fzstd";

/** What a decoder must hold at most; `zstd` itself refuses more unless it is told otherwise. */
const MAX_WINDOW = 2 ** 27;
const MAX_BLOCK = 2 ** 17;
const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** Unpacks what is packed by zstd, at most one block of 128 KiB at a time. */
export async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new Decoder();
  for await (const bytes of packed) yield* decoder.push(bytes);
  decoder.end();
}

/** Unpacks bytes that are known to become `length` bytes. */
export function unzstdAll(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  const decoder = new Decoder();
  for (const bytes of decoder.push(packed)) {
    if (at + bytes.length > length) throw new Error(`more than the ${length} bytes stated`);
    out.set(bytes, at);
    at += bytes.length;
  }
  decoder.end();
  if (at !== length) throw new Error(`${at} bytes, expected ${length}`);
  return out;
}

type Frame = { decoder: Decompress; hasChecksum: boolean; header: Buffer };

/**
 * Zstandard frames (RFC 8878 §3). fzstd decodes their blocks; the frames are taken apart here, since
 * it believes any window that a frame states, and unpacks all blocks that it is given at once.
 */
class Decoder {
  #pending = Buffer.alloc(0);
  #frame: Frame | null = null;
  #unpacked: Uint8Array[] = [];

  *push(bytes: Uint8Array): Generator<Uint8Array> {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#frame ? this.#readBlock(this.#frame) : this.#readHeader())
      yield* this.#unpacked.splice(0);
  }

  end(): void {
    if (this.#frame || this.#pending.length > 0) throw new Error("unexpected end of file");
  }

  #readHeader(): boolean {
    const bytes = this.#pending;
    if (bytes.length < 9) return false; // no frame is shorter
    const magic = bytes.readUInt32LE();
    if (magic >>> 4 === SKIPPABLE >>> 4) return this.#take(8 + bytes.readUInt32LE(4)) !== null;
    if (magic !== FRAME) throw new Error("no zstd frame");
    const descriptor = bytes[4];
    const isSingle = (descriptor & 0x20) !== 0;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6];
    const start = isSingle ? 5 : 6;
    if (descriptor & 3) throw new Error("packed with a dictionary");
    const header = this.#take(start + sizeBytes);
    if (!header) return false;
    const window = isSingle ? contentSize(header.subarray(5)) : windowSize(bytes[5]);
    if (window > MAX_WINDOW)
      throw new Error(`a window of ${window} bytes, expected at most ${MAX_WINDOW}`);
    const decoder = new Decompress((bytes) => this.#unpacked.push(bytes));
    this.#frame = { decoder, hasChecksum: (descriptor & 4) !== 0, header };
    return true;
  }

  /** Block_Header: 1 bit last, 2 bits type, 21 bits size; a repeated byte (type 1) takes one byte. */
  #readBlock(frame: Frame): boolean {
    if (this.#pending.length < 3) return false;
    const about = this.#pending.readUIntLE(0, 3);
    const isLast = (about & 1) === 1;
    const size = about >> 3;
    if (size > MAX_BLOCK) throw new Error(`a block of ${size} bytes`);
    const body = ((about >> 1) & 3) === 1 ? 1 : size;
    const block = this.#take(3 + body + (isLast && frame.hasChecksum ? 4 : 0));
    if (!block) return false;
    frame.decoder.push(Buffer.concat([frame.header, block]), isLast);
    frame.header = Buffer.alloc(0);
    if (isLast) this.#frame = null;
    return true;
  }

  #take(length: number): Buffer | null {
    if (this.#pending.length < length) return null;
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }
}

/** Frame_Content_Size; of two bytes, 256 is left out. */
function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}

/** Window_Descriptor: 2^(10 + exponent) · (1 + mantissa / 8) */
function windowSize(descriptor: number): number {
  return 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);
}
