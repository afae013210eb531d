import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Progress } from "../bundle/index.ts";
import { saeConfig } from "../sae/config.ts";
import { Random } from "../tensor/random.ts";
import { trainConfig } from "./config.ts";
import { trainTogether } from "./lockstep.ts";
import type { DivergedError } from "./loop.ts";
import { memorySource, plantDictionary } from "./planted.ts";
import type { TrainSettings } from "./settings.ts";
import { train } from "./train.ts";

const planted = plantDictionary(0, { d_in: 16, n_features: 24, active: 2 });
const x = planted.rows(new Random(0, "rows"), 3000);
const metadata = { model_name: "planted", hook_name: "blocks.0.hook_resid_post", context_size: 1 };

const settingsWith = (changes: Partial<TrainSettings>): TrainSettings => ({
  ...saeConfig.parse({ d_sae: 32, k: 4 }),
  ...trainConfig.parse({
    train_tokens: 10_000,
    train_batch_tokens: 250,
    checkpoint_every_steps: 15,
    buffer_tokens: 1000,
  }),
  seed: 0,
  ...changes,
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lockstep-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const quiet = { held_out: null, metadata, threads: 1, report() {}, warn() {} };
const end = {
  finished() {},
  diverged(error: Error) {
    throw error;
  },
};

/** All of them together, in a folder for each name. */
const together = (
  tasks: Record<string, TrainSettings>,
  { source = memorySource(x, 300), signal, report = (_: string, __: Progress) => {} } = {} as {
    source?: ReturnType<typeof memorySource>;
    signal?: AbortSignal;
    report?: (name: string, progress: Progress) => void;
  },
) =>
  trainTogether(
    Object.entries(tasks).map(([name, settings]) => ({
      settings,
      input: {
        ...quiet,
        source,
        run_dir: join(dir, name),
        report: (progress) => report(name, progress),
      },
      end,
    })),
    signal,
  );

const filesOf = (name: string) => {
  const bundle = join(dir, name, "bundle");
  return Object.fromEntries(
    readdirSync(bundle).map((file) => [file, readFileSync(join(bundle, file)).toString("hex")]),
  );
};

const grid = {
  one: settingsWith({}),
  wider: settingsWith({ d_sae: 48 }),
  standard: settingsWith({ architecture: "standard", l1_coefficient: 0.1 }),
  shorter: settingsWith({ train_tokens: 4000 }),
  "other seed": settingsWith({ seed: 1 }),
  "larger batches": settingsWith({ train_batch_tokens: 500 }),
};

test("SAEs that are trained together end with the bytes that each has alone", async () => {
  await together(grid);
  for (const [name, settings] of Object.entries(grid)) {
    const run_dir = join(dir, `${name} alone`);
    await train(settings, { ...quiet, source: memorySource(x, 300), run_dir });
    expect(filesOf(name)).toEqual(filesOf(`${name} alone`));
  }
});

test("a chunk is read once for all that see the same batches", async () => {
  const read = async (tasks: Record<string, TrainSettings>) => {
    const source = memorySource(x, 300);
    let chunks = 0;
    const counted = {
      ...source,
      chunk(i: number) {
        chunks++;
        return source.chunk(i);
      },
    };
    await together(tasks, { source: counted });
    return chunks;
  };
  const alone = await read({ alone: grid.one });
  expect(await read({ a: grid.one, b: grid.wider, c: grid.standard })).toBe(alone);
});

test("what was broken off at different steps goes on together, with the same bytes", async () => {
  await together(grid);
  const whole = Object.fromEntries(Object.keys(grid).map((name) => [name, filesOf(name)]));
  const { one, wider, ...others } = grid;
  const started = { late: one, wide: wider };
  for (const [name, step] of [
    ["late", 7],
    ["wide", 22],
  ] as const) {
    const abort = new AbortController();
    const stop = (_: string, { done }: Progress) => {
      if (done === step * 250) abort.abort(new Error("Ctrl-C"));
    };
    const one = together({ [name]: started[name] }, { signal: abort.signal, report: stop });
    await expect(one).rejects.toThrow("Ctrl-C");
  }
  const steps: string[] = [];
  const report = (name: string, { done }: Progress) => steps.push(`${name} ${done / 250}`);
  await together({ ...started, seed: others["other seed"] }, { report });
  expect(steps.filter((step) => !step.startsWith("seed")).slice(0, 2)).toEqual([
    "late 8",
    "late 9",
  ]);
  expect(steps).toContain("wide 23");
  expect(steps).not.toContain("wide 22");
  expect(filesOf("late")).toEqual(whole.one);
  expect(filesOf("wide")).toEqual(whole.wider);
});

test("one that diverges is left out, and the others end as they would without it", async () => {
  const diverged: string[] = [];
  const source = memorySource(x, 300);
  const tasks = { one: grid.one, wild: settingsWith({ lr: 1e6, lr_warmup_steps: 0 }) };
  await trainTogether(
    Object.entries(tasks).map(([name, settings]) => ({
      settings,
      input: { ...quiet, source, run_dir: join(dir, name) },
      end: {
        finished() {},
        diverged: (error: DivergedError) => diverged.push(`${name}: ${error.message}`),
      },
    })),
  );
  expect(diverged).toEqual([expect.stringMatching(/^wild: training diverged at step \d+/)]);
  await train(grid.one, { ...quiet, source: memorySource(x, 300), run_dir: join(dir, "alone") });
  expect(filesOf("one")).toEqual(filesOf("alone"));
});
