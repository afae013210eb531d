import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { TrainingLine } from "../bundle/index.ts";

/**
 * training.jsonl, to be added to. Lines after step `steps_done` are dropped: an interrupted training
 * wrote them after its last checkpoint, the very last perhaps in half, and they will be written again.
 */
export function openLog(path: string, steps_done: number): { append(line: TrainingLine): void } {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  const kept = lines.filter((line) => JSON.parse(line).step <= steps_done);
  writeFileSync(`${path}.tmp`, kept.map((line) => `${line}\n`).join(""));
  renameSync(`${path}.tmp`, path);
  return { append: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`) };
}
