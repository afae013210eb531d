import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Failure } from "./failure.mjs";
import { conformanceCounts, playwrightCounts, Steps, vitestCounts } from "./steps.mjs";

const folder = mkdtempSync(join(tmpdir(), "hub-steps-"));
const report = join(folder, "report.json");
afterAll(() => rmSync(folder, { recursive: true }));

describe("the steps of npm test", () => {
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    const print = (line: unknown) => printed.push(String(line));
    vi.spyOn(console, "log").mockImplementation(print);
    vi.spyOn(console, "error").mockImplementation(print);
  });
  afterEach(() => vi.restoreAllMocks());

  test("go on after one that failed, and end with the sums", async () => {
    const steps = new Steps();
    const fail = async () => {
      throw new Failure("a planted fault");
    };
    expect(await steps.run("lint", fail)).toBe(false);
    expect(await steps.run("types", async () => {})).toBe(true);
    const some = { passed: 40, failed: 2, skipped: 1 };
    expect(await steps.run("unit", async () => some)).toBe(false);
    expect(steps.summarise()).toBe(3);
    expect(printed).toContain("a planted fault");
    expect(printed.at(-1)).toBe("41 passed, 3 failed, 1 skipped");
  });

  test("name no skipped ones when there are none", async () => {
    const steps = new Steps();
    await steps.run("types", async () => {});
    expect(steps.summarise()).toBe(0);
    expect(printed.at(-1)).toBe("1 passed, 0 failed");
  });
});

describe("a report of Vitest", () => {
  const counts = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

  test("is counted by test", () => {
    writeFileSync(report, JSON.stringify({ ...counts, testResults: [] }));
    expect(vitestCounts(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
  });

  test("with a file that could not be loaded has a failure", () => {
    const unloaded = { status: "failed", assertionResults: [] };
    writeFileSync(report, JSON.stringify({ ...counts, testResults: [unloaded] }));
    expect(vitestCounts(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 1 });
  });

  test("of a run that failed outside any test has a failure", () => {
    writeFileSync(report, JSON.stringify({ ...counts, testResults: [] }));
    expect(vitestCounts(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 1 });
  });

  test("that was never written is a failure", () => {
    expect(vitestCounts("/nowhere/report.json", 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

test("a flaky browser test has failed", () => {
  const stats = { expected: 3, unexpected: 0, flaky: 1, skipped: 0 };
  writeFileSync(report, JSON.stringify({ stats }));
  expect(playwrightCounts(report, 0)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

test("conformance that was skipped or ended counts as neither; one that broke off, as a failure", () => {
  const none = { passed: 0, failed: 0, skipped: 0 };
  expect(conformanceCounts(join(folder, "none.json"), null)).toEqual(none);
  expect(conformanceCounts(join(folder, "none.json"), 1)).toMatchObject({ failed: 1 });
  writeFileSync(report, JSON.stringify({ passed: 0, failed: 0 }));
  expect(conformanceCounts(report, 0)).toEqual(none);
  writeFileSync(report, JSON.stringify({ passed: 7, failed: 2 }));
  expect(conformanceCounts(report, 1)).toEqual({ passed: 7, failed: 2, skipped: 0 });
});
