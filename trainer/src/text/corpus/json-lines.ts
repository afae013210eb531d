import { BundleError } from "../../bundle/index.ts";
import { readLines } from "./lines.ts";
import { piecesOf } from "./piece.ts";
import type { ReadFile } from "./read-file.ts";
import { chooseColumn } from "./text-column.ts";

/** The documents of a file of JSON objects, one to a line: each as it is, null as an empty one. */
export const jsonLinesPieces: ReadFile = async function* (file, { column, onBytes, piece }) {
  let key: string | null = null;
  for await (const { text: line, number } of readLines(file, onBytes)) {
    if (line.trim() === "") continue;
    const where = `${file.name}:${number}`;
    const record = parseObject(line);
    key ??= record && keyOf(record, column, where);
    const value = key !== null && record && Object.hasOwn(record, key) ? record[key] : undefined;
    if (typeof value !== "string" && value !== null)
      throw new BundleError(
        `${where}: expected a JSON object with the document in a string "${key ?? column ?? "text"}" (found ${found(line, record, value)})`,
      );
    yield* piecesOf(value ?? "", piece);
  }
};

function keyOf(record: Record<string, unknown>, column: string | null, where: string): string {
  const columns = Object.entries(record).map(([name, value]) => ({
    name,
    isText: typeof value === "string" || value === null,
  }));
  return chooseColumn(column, columns, where);
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function found(line: string, record: Record<string, unknown> | null, value: unknown): string {
  if (value !== undefined) return Array.isArray(value) ? "an array" : typeof value;
  if (record) return `only ${Object.keys(record).join(", ") || "an empty object"}`;
  return line.trimStart().startsWith("[") ? "an array" : `${line.trim().slice(0, 20)} …`;
}
