import { readFileSync } from "node:fs";
import { BundleError } from "../bundle/index.ts";
import { jsonDepth, repeatedKey } from "../bundle/json-text.ts";
import type { InputFile } from "./foreign.ts";

const MAX_BYTES = 1 << 24;
const MAX_DEPTH = 64;

/** A JSON file of what was given, within bounds; a key that stands twice is refused, since readers differ on which counts. */
export function readJson(file: InputFile, limit_bytes = MAX_BYTES): unknown {
  const { path } = file;
  if (file.bytes > limit_bytes)
    throw new BundleError(`${path}: ${file.bytes} bytes, expected at most ${limit_bytes} of JSON`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file.file));
  } catch (cause) {
    throw new BundleError(`${path}: not JSON: it is not UTF-8 text`, { cause });
  }
  const depth = jsonDepth(text);
  if (depth > MAX_DEPTH)
    throw new BundleError(`${path}: nested ${depth} deep, expected at most ${MAX_DEPTH}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const twice = repeatedKey(text);
  if (twice !== undefined)
    throw new BundleError(
      `${path}: it has ${JSON.stringify(twice)} twice in one object, expected once`,
    );
  return json;
}

/** A JSON file that holds an object. */
export function readJsonRecord(file: InputFile): Record<string, unknown> {
  const json = readJson(file);
  if (typeof json === "object" && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  const found = Array.isArray(json) ? "a list" : JSON.stringify(json)?.slice(0, 40);
  throw new BundleError(`${file.path}: found ${found}, expected an object`);
}
