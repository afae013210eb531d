import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { foreignFormats } from "trainer/bundle";
import { expect, test } from "vitest";

type Report = {
  formats: { format: string; runs: number; refused: number; read: number; failures: string[] }[];
  outside: string[];
  memory_mb: number;
  can_write: boolean;
};

const permission = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

/** Reads damaged and malicious files in a process that may write nowhere but in its folder. */
async function hostile(...args: string[]): Promise<Report> {
  const work = await mkdtemp(join(tmpdir(), "hostile-"));
  const cache = join(tmpdir(), `tsx-${process.geteuid?.()}`); // of tsx, which runs it
  const may = ["--allow-fs-read=*", `--allow-fs-write=${work}/`, `--allow-fs-write=${cache}/`];
  const child = spawn(
    process.execPath,
    [permission, ...may, "--allow-worker", "--allow-child-process", "--import", "tsx"].concat(
      "trainer/fixtures/hostile/run.ts",
      ["--json", "--work", work, ...args],
    ),
    { stdio: ["ignore", "pipe", "pipe"], timeout: 150_000 },
  );
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await rm(work, { recursive: true });
  try {
    return JSON.parse(out);
  } catch {
    throw new Error(`it ended early, or hung: ${errors.slice(-3000)}`);
  }
}

function expectHarmless({ formats, outside, memory_mb, can_write }: Report): void {
  expect(formats.flatMap(({ failures }) => failures)).toEqual([]);
  expect(can_write).toBe(false);
  expect(outside).toEqual([]);
  expect(memory_mb).toBeLessThan(300);
  for (const { runs, refused, read } of formats) expect(refused + read).toBe(runs);
}

test("of each format, a thousand damaged files are refused with a reason, or harmless", async () => {
  const formats = [...Object.keys(foreignFormats), "readers"];
  const report = await hostile("--count", "1000", ...formats.flatMap((name) => ["--format", name]));
  expectHarmless(report);
  expect(report.formats.map(({ format }) => format)).toEqual(formats);
  // a mutator that changes nothing, or a reader that refuses all, would make this test look at nothing
  for (const { format, refused, read } of report.formats) {
    expect(refused, format).toBeGreaterThan(200);
    expect(read, format).toBeGreaterThan(20);
  }
}, 180_000);

test("so are damaged archives of them", async () => {
  const report = await hostile("--count", "300", "--format", "archives");
  expectHarmless(report);
  expect(report.formats[0]?.read).toBeGreaterThan(20);
}, 180_000);
