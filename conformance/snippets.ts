/**
 * Runs the snippets of a running hub's pages as they stand there, and compares what they give.
 * usage: npx tsx conformance/snippets.ts URL…     (of dictionaries and models; PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const pages = process.argv.slice(2);
if (pages.length === 0) {
  console.error("usage: npx tsx conformance/snippets.ts http://127.0.0.1:3000/MODEL/DICTIONARY …");
  process.exit(2);
}
const read = async (page: string) => snippetsIn(await (await fetch(page)).text());
const found = await Promise.all(pages.map(async (page) => [page, await read(page)] as const));
for (const [page, snippets] of found) {
  console.log(`${page}: ${Object.keys(snippets).join(", ") || "no snippets"}`);
  const { trainer, ...python } = snippets;
  const ok = [
    trainer !== undefined && runInShell(trainer, page),
    Object.keys(python).length > 0 && runPython(python, page),
  ];
  if (ok.includes(false)) process.exitCode = 1;
}

/** What the page marks as a snippet, by its key, with HTML's entities undone. */
function snippetsIn(html: string): Record<string, string> {
  const found = html.matchAll(/<code data-snippet="([\w-]+)">([^<]*)<\/code>/g);
  const text = (escaped: string) =>
    escaped
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#x27;", "'")
      .replaceAll("&amp;", "&");
  return Object.fromEntries([...found].map(([, key = "", code = ""]) => [key, text(code)]));
}

/** In the project's folder, as it says; what it leaves there goes again. */
function runInShell(command: string, page: string): boolean {
  const left = join(root, new URL(page).pathname.split("/").at(-1) ?? "");
  if (existsSync(left)) throw new Error(`${left} is in the way of ${command}`);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: root });
  const last = `${stdout}${stderr}`.trim().split("\n").at(-1);
  console.log(`  ${status === 0 ? "ok" : "FAILED"}: ${command}\n      ${last}`);
  rmSync(left, { recursive: true, force: true });
  return status === 0;
}

/** A dictionary's in a folder of their own, as they leave files; a model's in the project's, where the bundled one is. */
function runPython(snippets: Record<string, string>, page: string): boolean {
  const python = process.env.PYTHON ?? "python3";
  const isModel = new URL(page).pathname.split("/").filter(Boolean).length === 1;
  const temporary = mkdtempSync(join(tmpdir(), "snippets-"));
  const { status, error } = spawnSync(python, [join(import.meta.dirname, "check_snippets.py")], {
    cwd: isModel ? root : temporary,
    input: JSON.stringify(snippets),
    stdio: ["pipe", "inherit", "inherit"],
  });
  rmSync(temporary, { recursive: true });
  if (!error) return status === 0;
  console.log(`  skipped the rest: ${python} cannot be started (${error.message})`);
  return true;
}
