import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveRequest } from "trainer/bundle";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { LiveProcess } from "./live-process.ts";

const dir = mkdtempSync(join(tmpdir(), "live-"));
const program = join(dir, "program.mjs");
writeFileSync(
  program,
  `process.on("message", ({ id, request: { text } }) => {
    if (text === "never") return;
    if (text === "crash") process.exit(1);
    if (text === "missing") process.send({ id, refusal: { why: "not_installed", message: "get it" } });
    else process.send({ id, answer: { tokens: [text, String(process.pid)], dictionaries: [] } });
  });
  process.on("disconnect", () => process.exit());`,
);
afterAll(() => rmSync(dir, { recursive: true }));

const started: LiveProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.stop();
});

function start(options: { seconds?: number; most_waiting?: number } = {}) {
  const live = new LiveProcess({
    program,
    args: [],
    seconds: 20,
    most_waiting: 2,
    idle_seconds: 60,
    ...options,
  });
  started.push(live);
  const ask = (text: string, signal?: AbortSignal) =>
    live.ask({ kind: "text", text } as Extract<LiveRequest, { kind: "text" }>, signal);
  return { live, ask };
}

test("what is asked is answered in order, by one process", async () => {
  const { ask } = start();
  const order: string[] = [];
  const answers = await Promise.all(
    ["a", "b", "c"].map(async (text) => {
      const { tokens } = await ask(text);
      order.push(text);
      return tokens;
    }),
  );
  expect(order).toEqual(["a", "b", "c"]);
  expect(answers.map(([text]) => text)).toEqual(["a", "b", "c"]);
  expect(new Set(answers.map(([, pid]) => pid)).size).toBe(1);
});

test("more than may wait are sent away with how long to wait", async () => {
  const { live, ask } = start();
  const ended = ["never", "a", "b"].map((text) => ask(text).catch((error) => error));
  expect(() => ask("c")).toThrow(
    expect.objectContaining({
      status: 429,
      headers: { "Retry-After": expect.stringMatching(/^\d+$/) },
    }),
  );
  live.stop(); // the one at hand has crashed; those that waited are answered by another
  expect(await ended[0]).toMatchObject({ status: 500 });
  expect((await ended[1]).tokens[0]).toBe("a");
  expect((await ended[2]).tokens[0]).toBe("b");
});

test("what takes too long is stopped, and the next is answered by another process", async () => {
  const { ask } = start({ seconds: 0.5 });
  await expect(ask("never")).rejects.toMatchObject({
    status: 504,
    message: "it took longer than 0.5 s and was stopped; try a shorter text",
  });
  const longer = start();
  const before = longer.ask("crash");
  const after = longer.ask("a");
  await expect(before).rejects.toMatchObject({ status: 500 });
  expect((await after).tokens[0]).toBe("a");
});

describe("a refusal", () => {
  test("has the status that says whose it is to mend", async () => {
    await expect(start().ask("missing")).rejects.toMatchObject({ status: 503, message: "get it" });
  });
});

test("who leaves before their turn is not computed for", async () => {
  const { live, ask } = start({ most_waiting: 1 });
  const first = ask("never").catch(() => {});
  const leaving = new AbortController();
  const second = ask("a", leaving.signal);
  leaving.abort();
  await expect(second).rejects.toMatchObject({ status: 499 });
  const third = ask("b"); // there is room again
  live.stop();
  expect((await third).tokens[0]).toBe("b");
  await first;
});

test("a program that cannot be started is said, not waited for", async () => {
  const live = new LiveProcess({
    program: join(dir, "nowhere.mjs"),
    args: [],
    seconds: 20,
    most_waiting: 1,
    idle_seconds: 60,
  });
  const asked = live.ask({ kind: "text", text: "a" } as Extract<LiveRequest, { kind: "text" }>);
  await expect(asked).rejects.toMatchObject({ status: 500 });
});
