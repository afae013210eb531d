import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, expect, test } from "vitest";
import { fetchRest } from "./fetch-rest.ts";

const dir = mkdtempSync(join(tmpdir(), "rest-"));
const path = join(dir, "part");
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const text = "once upon a time";
const starts: number[] = [];
/** Fetches `text`; `body` gives what comes when it is asked for from `start` on. */
function fetchText(body: (start: number) => ReadableStream | string, idle_ms = 10_000) {
  starts.splice(0);
  const ask = async (start: number) => {
    starts.push(start);
    const headers = { "content-range": `bytes ${start}-15/16` };
    return new Response(body(start), start > 0 ? { status: 206, headers } : {});
  };
  const signal = new AbortController().signal;
  return fetchRest(path, { name: "tale", bytes: 16, ask, onBytes: () => {}, signal, idle_ms });
}
const streamOf = (start: (c: ReadableStreamDefaultController) => void) =>
  new ReadableStream({ start });
const bytes = (part: string) => new TextEncoder().encode(part);

test("a connection that falls silent is broken off, and the rest asked for anew", async () => {
  const silent = () => streamOf((c) => c.enqueue(bytes(text.slice(0, 4))));
  await fetchText((start) => (start === 0 ? silent() : text.slice(start)), 500);
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(starts).toEqual([0, 4]);
});

test("a slow connection that does not fall silent is kept", async () => {
  const slow = new ReadableStream({
    async start(controller) {
      for (const letter of text) {
        await sleep(60); // 960 ms in all
        controller.enqueue(bytes(letter));
      }
      controller.close();
    },
  });
  await fetchText(() => slow, 800);
  expect(starts).toEqual([0]);
});

test("connections that each bring a little come to the end", async () => {
  await fetchText((start) => text.slice(start, start + 3));
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(starts).toEqual([0, 3, 6, 9, 12, 15]);
});

test("one that brings nothing three times is given up", async () => {
  await expect(fetchText((start) => text.slice(start, 5))).rejects.toThrow(
    "tale: ended after 5 of 16 bytes",
  );
  expect(starts).toEqual([0, 5, 5, 5]);
});

test("more bytes than were announced are refused", async () => {
  await expect(fetchText(() => `${text}s`)).rejects.toThrow(
    "tale: longer than the 16 bytes that were announced",
  );
});

test("a part that is longer than the file is begun anew", async () => {
  writeFileSync(path, `${text} there was`);
  await fetchText((start) => text.slice(start));
  expect(starts).toEqual([0]);
  expect(readFileSync(path, "utf8")).toBe(text);
});
