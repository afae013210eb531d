import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "tokenize-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The bundled text several times over, so that there is something to kill. */
const texts = Array.from({ length: 6 }, () => ["--text", "embedded"]).flat();
const command = (name: string) => ["tokenize", name, ...texts, "--max_tokens", "null", "--json"];
const tokensIn = (name: string) => {
  const folder = join(dir, name, "tokens");
  return readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(join(folder, file))] as const);
};

test("killed while it tokenizes, it goes on from what was saved and ends with the same bytes", async () => {
  await killedAt(dir, command("killed"), ({ values }) => (values?.tokens ?? 0) > 2 ** 21);
  expect(tokensIn("killed").map(([name]) => name)).toContain("progress.json");

  const again = await ended(startTrainer(dir, command("killed")));
  expect(again.status).toBe(0);
  const first = JSON.parse(again.stdout.split("\n")[0] as string);
  expect(first.values.tokens).toBeGreaterThan(2 ** 20);

  expect(await ended(startTrainer(dir, command("whole")))).toMatchObject({ status: 0 });
  expect(tokensIn("killed").map(([name]) => name)).toEqual([
    "held-out.bin",
    "tokens.json",
    "training.bin",
  ]);
  for (const [i, [name, bytes]] of tokensIn("whole").entries())
    expect([name, tokensIn("killed")[i]?.[1].equals(bytes)]).toEqual([name, true]);
}, 120_000);
