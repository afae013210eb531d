/** A file of an export: its length is known before its bytes are computed, block after block. */
export type OutFile = { name: string; bytes: number; blocks(): Iterable<Uint8Array> };

export function jsonFile(name: string, value: unknown): OutFile {
  return bytesFile(name, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}

export function bytesFile(name: string, content: Uint8Array): OutFile {
  return { name, bytes: content.length, blocks: () => [content] };
}
