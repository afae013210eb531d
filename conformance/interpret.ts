/**
 * Runs the code of docs/interpret.md, in order and as it stands there, on a dictionary of a running hub. What it says of
 * agreement it checks itself; with `--compare` what it prints must be what stands there, but for the numbers.
 * usage: npx tsx conformance/interpret.ts http://127.0.0.1:3000/MODEL/DICTIONARY [--compare]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const END = "\u001e";
const [page, mode] = process.argv.slice(2);
if (!page) {
  console.error("usage: npx tsx conformance/interpret.ts http://127.0.0.1:3000/MODEL/DICTIONARY");
  process.exit(2);
}

/** Code, and what is printed by then; `example`: words of that are the dictionary's as well. */
type Block = { kind: "ts" | "text" | "text example"; content: string };

const text = readFileSync(join(root, "docs/interpret.md"), "utf8");
const blocks = [...text.matchAll(/^```(ts|text|text example)\n(.*?)^```$/gms)].map(
  ([, kind, content]) => ({ kind, content }) as Block,
);
const code = blocks.map(({ kind, content }) =>
  kind === "ts" ? content : `console.log(${JSON.stringify(END)});\n`,
);
const printed = run(code.join("\n"));
if (mode === "--compare") compare(printed.split(`${END}\n`));
else console.log(`${printed.replaceAll(`${END}\n`, "")}ok      docs/interpret.md of ${page}`);

/** In a file of the project's folder, where it says that it belongs. */
function run(source: string): string {
  const file = join(root, `.interpret-${process.pid}.ts`);
  const folder = mkdtempSync(join(tmpdir(), "interpret-"));
  try {
    writeFileSync(file, source);
    const { status, stdout, stderr } = spawnSync("node_modules/.bin/tsx", [file], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, PAGE: page, FOLDER: join(folder, "dictionary") },
    });
    if (status === 0) return stdout;
    console.log(`FAILED  docs/interpret.md: ${stdout}${stderr}`);
    process.exit(1);
  } finally {
    rmSync(file, { force: true });
    rmSync(folder, { recursive: true });
  }
}

function compare(printed: string[]): void {
  const expected = blocks.filter(({ kind }) => kind !== "ts");
  for (const [i, { kind, content }] of expected.entries()) {
    const [found, stated] = [printed[i], content].map((output) => pattern(output, kind));
    if (found === stated) continue;
    console.log(`FAILED  docs/interpret.md: printed is\n${printed[i]}\nwhere it says\n${content}`);
    process.exitCode = 1;
  }
  if (!process.exitCode) console.log(`ok      docs/interpret.md: ${expected.length} outputs`);
}

/** Numbers are another machine's; in examples so are the words, but not how many lines they take. */
function pattern(output: string, kind: Block["kind"]): string {
  if (kind === "text example") return `${output.split("\n").length} lines`;
  return output.replace(/-?\d+(\.\d+)?(e[-+]?\d+)?/g, "#");
}
