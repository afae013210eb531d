/**
 * Our dictionaries in the formats of other systems, loaded by these; theirs, loaded here; and ours there and back again.
 * usage: npx tsx conformance/formats.ts     (PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "./cases.ts";
import { type Exported, exportCase } from "./formats/export-case.ts";
import { readAgain } from "./formats/read-again.ts";
import { readTheirs } from "./formats/read-theirs.ts";
import { type Row, Rows } from "./formats/rows.ts";
import { hindrance, python } from "./python.ts";

const rows = new Rows();
const why = hindrance(["torch", "numpy", "safetensors"]);
if (why) rows.skip(`formats (${why})`);
else await compareAll();
rows.finish();

async function compareAll(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "formats-"));
  try {
    for (const folder of ["ours", "theirs", "again"]) mkdirSync(join(root, folder));
    const exported: Exported[] = [];
    for (const one of cases())
      exported.push(...(await exportCase(join(root, "ours", one.name), one)));
    inPython(root);
    for (const name of readdirSync(join(root, "theirs")))
      rows.add("theirs, read here", await readTheirs(join(root, "theirs", name), name));
    for (const one of exported) {
      const row = await readAgain(join(root, "again"), one);
      if (row) rows.add("there and back", row);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Loads what is in ours/, saves that to again/, and writes theirs/. */
function inPython(root: string): void {
  const script = join(import.meta.dirname, "check_formats.py");
  const { stdout, stderr, status } = spawnSync(python, [script, root], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  for (const line of stdout.split("\n").filter(Boolean))
    rows.add("ours, read there", JSON.parse(line) as Row);
  if (status !== 0) rows.fail("check_formats.py", stderr);
}
