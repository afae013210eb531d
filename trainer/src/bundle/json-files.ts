import { createReadStream } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { z } from "zod";
import { BundleError } from "./errors.ts";

const MAX_JSON_BYTES = 1 << 26;
const MAX_LINE = 1 << 16;

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

/** Writes a JSON file, whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}

/** The lines of a JSON Lines file, each as the schema says; holds no more than a line at a time. */
export async function* readJsonLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const name = basename(path);
  let line = 0;
  let rest = "";
  for await (const block of createReadStream(path, "utf8")) {
    const lines = `${rest}${block}`.split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) yield parseJson(text, schema, `${name}: line ${++line}`);
    if (rest.length > MAX_LINE)
      throw new BundleError(`${name}: line ${line + 1} is longer than ${MAX_LINE} characters`);
  }
  if (rest !== "") yield parseJson(rest, schema, `${name}: line ${line + 1}`);
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
