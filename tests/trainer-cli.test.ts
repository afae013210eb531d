import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ended, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "cli-"));
afterAll(() => rmSync(dir, { recursive: true }));

const trainer = (...args: string[]) => ended(startTrainer(dir, args));

const tales = Array.from({ length: 60 }, (_, i) => `Lily had ${i} red balls.`);
writeFileSync(join(dir, "tale.txt"), tales.join("\n<|endoftext|>\n"));
writeFileSync(join(dir, "bad.jsonl"), '{"text": "a"}\n{"story": "b"}\n');

test("says which version it is, and what its verbs are", async () => {
  const path = join(import.meta.dirname, "../trainer/package.json");
  const { version } = JSON.parse(readFileSync(path, "utf8"));
  expect(await trainer("--version")).toEqual({ stdout: `${version}\n`, stderr: "", status: 0 });
  const { stdout } = await trainer();
  expect(stdout).toContain("tokenize");
});

test("a wrong call exits 2 and says what is possible", async () => {
  const flag = await trainer("run", "x", "--d_sea", "4");
  expect(flag).toMatchObject({ status: 2, stdout: "" });
  expect(flag.stderr).toBe(
    "trainer: unknown flag --d_sea; did you mean --d_sae?\ntrainer run --help says what is possible\n",
  );
  expect(existsSync(join(dir, "x"))).toBe(false);
  expect(await trainer("trane", "x")).toMatchObject({ status: 2 });
  expect(await trainer("train")).toMatchObject({ status: 2 });
});

test("a file that cannot be taken exits 1 and is named", async () => {
  const { stderr, status } = await trainer("tokenize", "bad", "--text", "bad.jsonl");
  expect(stderr).toMatch(/^trainer: .*bad\.jsonl:2: expected a JSON object.*\n$/);
  expect(status).toBe(1);
});

test("--json writes JSON lines alone, the result last", async () => {
  const { stdout, stderr, status } = await trainer(
    ...["tokenize", "run", "--text", "tale.txt", "--context_size", "8", "--json"],
  );
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const result = lines.pop();
  expect(lines[0]).toMatchObject({ type: "progress", stage: "tokenize", unit: "bytes" });
  expect(result).toMatchObject({ type: "result", context_size: 8, corpus: { id: "tale" } });
});

test("Ctrl-C exits 130, lets go of the folder and says how to go on", async () => {
  const child = startTrainer(dir, ["run", "a run", "--json"]);
  child.stdout.once("data", () => child.kill("SIGINT"));
  const { stderr, status } = await ended(child);
  expect(status).toBe(130);
  expect(stderr).toContain("the same command goes on: npx trainer run 'a run' --json");
  expect(existsSync(join(dir, "a run/config.json"))).toBe(true);
  expect(existsSync(join(dir, "a run/lock.json"))).toBe(false);
});
