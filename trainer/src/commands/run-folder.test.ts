import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { openRun, type Stage } from "./run-folder.ts";

const root = mkdtempSync(join(tmpdir(), "run-folder-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const newFolder = () => join(root, String(made++));

const schema = z.object({
  context_size: z.int().default(128),
  d_sae: z.int().default(64),
  eval_tokens: z.int().default(10),
  threads: z.int().default(2),
  cache: z.string().nullable().default(null),
});
const { context_size, d_sae, eval_tokens } = schema.shape;
const stages: Stage[] = [
  {
    name: "tokenize",
    config: z.object({ context_size }),
    place: "cache",
    marks: () => ["tokens/t.json"],
  },
  {
    name: "train",
    config: z.object({ d_sae }),
    place: "run",
    marks: () => ["bundle/cfg.json"],
    begun: "checkpoints",
  },
  {
    name: "evaluate",
    config: z.object({ eval_tokens }),
    place: "run",
    marks: () => ["bundle/evaluation.json"],
  },
];

/** Opens, lets go, and gives what the run was. */
function open(dir: string, given: Record<string, unknown> = {}) {
  const run = openRun(schema, stages, dir, given);
  run.release();
  return run;
}

function write(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "{}");
}

test("flags go before config.json, and that before the defaults", () => {
  const dir = newFolder();
  open(dir, { context_size: 32 });
  expect(open(dir, { d_sae: 8 }).config).toMatchObject({ context_size: 32, d_sae: 8 });
  const saved = JSON.parse(readFileSync(join(dir, "config.json"), "utf8"));
  expect(saved).toEqual({ context_size: 32, d_sae: 8, eval_tokens: 10, cache: null });
});

test("a stage is done once its mark is there", () => {
  const dir = newFolder();
  expect(open(dir).isDone("tokenize")).toBe(false);
  write(join(dir, "tokens/t.json"));
  expect(open(dir).isDone("tokenize")).toBe(true);
});

test("what a done stage came from cannot change; what comes later can", () => {
  const dir = newFolder();
  open(dir);
  write(join(dir, "bundle/cfg.json"));
  expect(open(dir, { eval_tokens: 20 }).config.eval_tokens).toBe(20);
  expect(open(dir, { threads: 7 }).config.threads).toBe(7);
  expect(() => open(dir, { d_sae: 32, context_size: 16 })).toThrow(
    `${dir}: train ran with another configuration:\n` +
      "  context_size 128 (now 16)\n  d_sae 64 (now 32)\n" +
      `Take another folder, or remove ${join(dir, "bundle/cfg.json")} to make it anew.`,
  );
  expect(open(dir).config).toMatchObject({ d_sae: 64, context_size: 128 });
});

test("a stage that can go on from its checkpoint counts as done with its configuration", () => {
  const dir = newFolder();
  open(dir);
  mkdirSync(join(dir, "checkpoints"));
  open(dir, { d_sae: 32 });
  write(join(dir, "checkpoints/latest"));
  expect(() => open(dir, { d_sae: 16 })).toThrow("d_sae 32 (now 16)");
});

test("runs share a cache when what made it is the same", () => {
  const cache = newFolder();
  open(newFolder(), { cache, context_size: 32 });
  write(join(cache, "tokens/t.json"));
  const other = open(newFolder(), { cache, context_size: 32, d_sae: 8 });
  expect(other.isDone("tokenize")).toBe(true);
  const dir = newFolder();
  expect(() => open(dir, { cache })).toThrow(`${cache}: tokenize ran with another`);
  expect(existsSync(join(dir, "config.json"))).toBe(false);
});

test("of what is chosen from many there may be several in one cache, made with one configuration", () => {
  const { hook_name, harvest_tokens } = z.object({
    hook_name: z.string().default("a"),
    harvest_tokens: z.int().default(100),
  }).shape;
  const harvesting: Stage = {
    name: "harvest",
    config: z.object({ hook_name, harvest_tokens }),
    place: "cache",
    marks: (config) => [`activations/${config.hook_name}/done`],
    chosen: ["hook_name"],
    begun: "activations",
  };
  const openHook = (dir: string, given: Record<string, unknown>) => {
    const run = openRun(schema.extend({ hook_name, harvest_tokens }), [harvesting], dir, given);
    run.release();
    return run;
  };
  const cache = newFolder();
  openHook(newFolder(), { cache });
  write(join(cache, "activations/a/done"));
  expect(openHook(newFolder(), { cache }).isDone("harvest")).toBe(true);
  expect(openHook(newFolder(), { cache, hook_name: "b" }).isDone("harvest")).toBe(false);
  expect(openHook(newFolder(), { cache }).isDone("harvest")).toBe(true);
  expect(() => openHook(newFolder(), { cache, hook_name: "b", harvest_tokens: 50 })).toThrow(
    "harvest_tokens 100 (now 50)\n" +
      `Take another folder, or remove ${join(cache, "activations")} to make it anew.`,
  );
});

test("two processes cannot work in one folder", () => {
  const dir = newFolder();
  const run = openRun(schema, stages, dir, {});
  expect(() => openRun(schema, stages, dir, {})).toThrow("in use by process");
  run.release();
  open(dir);
});

test("a config.json that is no JSON is named", () => {
  const dir = newFolder();
  open(dir);
  writeFileSync(join(dir, "config.json"), "{");
  expect(() => open(dir)).toThrow(`${join(dir, "config.json")}: not JSON`);
});
