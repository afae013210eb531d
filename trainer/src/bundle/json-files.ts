import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import type { z } from "zod";
import { BundleError } from "./errors.ts";

const MAX_JSON_BYTES = 1 << 26;
const MAX_LINE_BYTES = 1 << 16;

/** A JSON file as its schema says; a BundleError names the file and the key. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const name = basename(path);
  const { size } = await stat(path).catch((cause) => {
    throw new BundleError(`${name}: missing`, { cause });
  });
  if (size > MAX_JSON_BYTES)
    throw new BundleError(`${name}: ${size} bytes, expected at most ${MAX_JSON_BYTES}`);
  return parseJson(await readFile(path, "utf8"), schema, name);
}

/** The lines of a JSON Lines file, each as the schema says. */
export async function* readJsonLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const name = basename(path);
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path, "utf8") })) {
    line++;
    if (text.length > MAX_LINE_BYTES)
      throw new BundleError(`${name}: line ${line} is longer than ${MAX_LINE_BYTES} characters`);
    yield parseJson(text, schema, `${name}: line ${line}`);
  }
}

function parseJson<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`${where}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new BundleError(`${where}: ${path.join(".") || "its value"}: ${message}`);
}
