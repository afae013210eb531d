import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TrainingLine } from "../bundle/index.ts";
import { openLog } from "./log.ts";

test("lines after the checkpoint, and half a line, are dropped before more are added", () => {
  const dir = mkdtempSync(join(tmpdir(), "log-"));
  const path = join(dir, "training.jsonl");
  writeFileSync(path, '{"step":10}\n{"step":20}\n{"step":30}\n{"st');
  openLog(path, 20).append({ step: 30, loss: 1 } as TrainingLine);
  expect(readFileSync(path, "utf8")).toBe('{"step":10}\n{"step":20}\n{"step":30,"loss":1}\n');
  rmSync(dir, { recursive: true });
});
