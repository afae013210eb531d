/**
 * Token ids beside those of Python's tokenizers, for texts that are hard to cut and for every character of Unicode.
 * usage: npx tsx conformance/tokenizer.ts [TOKENIZER.JSON…]     (none: the fixtures; PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTokenizerFile } from "../trainer/src/text/pipeline/file.ts";
import { createPipeline } from "../trainer/src/text/pipeline/pipeline.ts";

const fixtures = join(import.meta.dirname, "../trainer/fixtures/tokenizer");
const SHOWN = 3;

const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const given = process.argv.slice(2);
  for (const path of given.length > 0 ? given : fixturePaths()) if (!compare(path)) break;
} finally {
  rmSync(temporary, { recursive: true });
}

function fixturePaths(): string[] {
  const names = readdirSync(fixtures).filter((name) => name.endsWith(".tokenizer.json.gz"));
  return names.map((name) => join(fixtures, name));
}

/** False where there is nothing to compare with. */
function compare(path: string): boolean {
  const bytes = path.endsWith(".gz") ? gunzipSync(readFileSync(path)) : readFileSync(path);
  const encode = createPipeline(parseTokenizerFile(bytes, path), path);
  const [file, answers] = [join(temporary, "tokenizer.json"), join(temporary, "answers.jsonl")];
  writeFileSync(file, bytes);
  const python = process.env.PYTHON ?? "python3";
  const script = join(import.meta.dirname, "check_tokenizer.py");
  const { status, error } = spawnSync(python, [script, file, answers], { stdio: "inherit" });
  if (error) console.log(`  skipped: ${python} cannot be started (${error.message})`);
  if (status === 2 || error) return false;
  if (status !== 0) throw new Error(`${script} failed`);
  const lines = readFileSync(answers, "utf8").trimEnd().split("\n");
  const wrong = lines.flatMap((line) => {
    const { text, ids }: { text: string; ids: number[] } = JSON.parse(line);
    const ours = encode(text);
    return `${ours}` === `${ids}` ? [] : [{ text, ids, ours }];
  });
  const verdict = wrong.length > 0 ? `FAILED  ${wrong.length}` : "ok      all";
  console.log(`  ${verdict} of ${lines.length} texts: ${path}`);
  for (const { text, ids, ours } of wrong.slice(0, SHOWN))
    console.log(`          ${JSON.stringify(text)}: ${ours} (expected ${ids})`);
  if (wrong.length > 0) process.exitCode = 1;
  return true;
}
