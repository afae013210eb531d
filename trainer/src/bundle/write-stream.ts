import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

type Options = { flags?: "wx"; flush?: boolean; signal?: AbortSignal | undefined };

/**
 * Writes a stream into a file. When it fails the file is closed before the error comes, so that it can be removed: one
 * that was still being opened would be there again afterwards.
 */
export async function writeStream(
  path: string,
  source: AsyncIterable<Uint8Array>,
  { signal, ...options }: Options = {},
): Promise<void> {
  const file = createWriteStream(path, options);
  try {
    await pipeline(source, file, { ...(signal && { signal }) });
  } catch (error) {
    if (!file.closed) await new Promise<void>((resolve) => file.once("close", () => resolve()));
    throw error;
  }
}
