const block = 512;
const encoder = new TextEncoder();

/**
 * An uncompressed tar (ustar) of the files, as a Blob made of headers and the files themselves: no
 * file is read until somebody reads the Blob.
 */
export function tarOf(files: readonly { name: string; blob: Blob }[]): Blob {
  const parts = files.flatMap(({ name, blob }) => [
    ustarHeader(name, blob.size),
    blob,
    new Uint8Array(padding(blob.size)),
  ]);
  return new Blob([...parts, new Uint8Array(2 * block)], { type: "application/x-tar" });
}

/** POSIX.1-1988: octal numbers in ASCII, and a sum over the header with its own field blank. */
export function ustarHeader(name: string, bytes: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(block);
  const put = (at: number, text: string) => header.set(encoder.encode(text), at);
  const [prefix, rest] = splitName(name);
  put(0, rest);
  put(345, prefix);
  put(100, "0000644\0"); // mode
  put(108, "0000000\0"); // owner
  put(116, "0000000\0"); // group
  header.set(sizeField(bytes), 124);
  put(136, "00000000000\0"); // time
  put(148, "        "); // the sum, blank while it is taken
  put(156, "0"); // an ordinary file
  put(257, "ustar\x0000");
  const sum = header.reduce((a, b) => a + b, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** A name of up to 100 bytes, and before it folders of up to 155. */
function splitName(name: string): [prefix: string, rest: string] {
  const length = (text: string) => encoder.encode(text).length;
  for (let at = -1; at < name.length; at = name.indexOf("/", at + 1)) {
    const [prefix, rest] = [name.slice(0, Math.max(0, at)), name.slice(at + 1)];
    if (length(rest) <= 100 && length(prefix) <= 155) return [prefix, rest];
    if (name.indexOf("/", at + 1) < 0) break;
  }
  throw new Error(`file name too long for a tar: ${name}`);
}

/** Eleven octal digits; from 8 GiB on the big-endian binary form that every tar of today reads. */
function sizeField(bytes: number): Uint8Array {
  if (bytes < 8 ** 11) return encoder.encode(`${bytes.toString(8).padStart(11, "0")}\0`);
  const field = new Uint8Array(12);
  field[0] = 0x80;
  new DataView(field.buffer).setBigUint64(4, BigInt(bytes));
  return field;
}

function padding(bytes: number): number {
  return (block - (bytes % block)) % block;
}
