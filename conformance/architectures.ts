/**
 * Saves an SAE of every architecture, and a transcoder with and without a skip connection where there are such, and has
 * SAELens load them (EleutherAI's sparsify where SAELens has no class for it): activations and outputs must be ours.
 * usage: npx tsx conformance/architectures.ts     (PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases, writeCase } from "./cases.ts";

const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const folders = [];
  for (const one of cases()) {
    const dir = join(temporary, one.name);
    mkdirSync(dir);
    await writeCase(dir, one);
    folders.push(dir);
  }
  const script = join(import.meta.dirname, "check_architectures.py");
  const python = process.env.PYTHON ?? "python3";
  const { status, error } = spawnSync(python, [script, ...folders], { stdio: "inherit" });
  if (error) console.log(`skipped everything: ${python} cannot be started (${error.message})`);
  else process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true });
}
