import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";

/** A file as it shall lie in a repository; its bytes are those of a file here, or given. */
export type PushFile = { path: string; bytes: number; sha256: string } & (
  | { file: string }
  | { content: Uint8Array }
);

export function contentFile(path: string, text: string): PushFile {
  const content = new TextEncoder().encode(text);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path, bytes: content.length, sha256, content };
}

/** Its first bytes, which a hub looks at to know text from other files. */
export async function sampleOf(of: PushFile): Promise<Uint8Array> {
  if ("content" in of) return of.content.subarray(0, SAMPLE);
  const handle = await open(of.file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const SAMPLE = 512;

export async function contentOf(of: PushFile): Promise<Uint8Array> {
  return "content" in of ? of.content : readFile(of.file);
}

/** The name that git has for a small file. */
export async function blobSha1(of: PushFile): Promise<string> {
  const content = await contentOf(of);
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
