import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Progress, trainingLine } from "../bundle/index.ts";
import { saeConfig } from "../sae/config.ts";
import { createEncoder } from "../sae/encoder.ts";
import { loadSae } from "../sae/files.ts";
import { Random } from "../tensor/random.ts";
import { trainConfig } from "./config.ts";
import { memorySource, plantDictionary } from "./planted.ts";
import { train } from "./train.ts";

const planted = plantDictionary(0, { d_in: 16, n_features: 24, active: 2 });
const x = planted.rows(new Random(0, "rows"), 5000);
const metadata = { model_name: "planted", hook_name: "blocks.0.hook_resid_post", context_size: 1 };
const settings = {
  ...saeConfig.parse({ d_sae: 48, k: 4 }),
  ...trainConfig.parse({
    train_tokens: 50_000,
    train_batch_tokens: 250,
    checkpoint_every_steps: 40,
  }),
  seed: 0,
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "train-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const input = (changes: Partial<Parameters<typeof train>[1]> = {}) => ({
  source: memorySource(x, 700),
  run_dir: dir,
  metadata,
  threads: 2,
  held_out: null,
  report: () => {},
  warn() {},
  ...changes,
});
const bundleFile = (run: string, name: string) => join(run, "bundle", name);
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

test("writes an SAE that works on raw activations, and what it was like on the way", async () => {
  const progress: Progress[] = [];
  const sae = await train(settings, input({ report: (p) => progress.push(p) }));
  expect(await loadSae(join(dir, "bundle"))).toEqual(sae);

  const encoder = await createEncoder(sae, { threads: 1, max_rows: 5000 });
  const xHat = encoder.decode(encoder.encode(x));
  await encoder.dispose();
  const residual = x.data.reduce((sum, value, i) => sum + (value - xHat.data[i]) ** 2, 0);
  // zeros would leave 1
  expect(residual / x.data.reduce((sum, value) => sum + value ** 2, 0)).toBeLessThan(0.35);

  const lines = readFileSync(bundleFile(dir, "training.jsonl"), "utf8").trim().split("\n");
  const steps = lines.map((line) => trainingLine.strict().parse(JSON.parse(line)).step);
  expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => 10 * (i + 1)));
  expect(progress.at(-1)).toMatchObject({ done: 50_000, total: 50_000, unit: "tokens" });
});

test("the bytes do not depend on the number of threads", async () => {
  const hashes = [];
  for (const threads of [1, 3]) {
    const run_dir = join(dir, `${threads}`);
    await train(settings, input({ run_dir, threads }));
    hashes.push(sha256(bundleFile(run_dir, "sae_weights.safetensors")));
  }
  expect(hashes[1]).toBe(hashes[0]);
});

test("when no more activations can be had it writes a checkpoint, says why, and goes on from there", async () => {
  const changed = { ...settings, buffer_tokens: 700 };
  const source = memorySource(x, 700);
  let times = 0; // the first time, it is what the weights start from
  const broken = {
    ...source,
    chunk: async (i: number) => {
      if (i === 3 && ++times === 2) throw new Error("the disk filled up");
      return source.chunk(i);
    },
  };
  const killed = train(changed, input({ source: broken }));
  await expect(killed).rejects.toThrow("the disk filled up");
  // three chunks of 700 rows are eight batches of 250
  expect(readdirSync(join(dir, "checkpoints"))).toEqual(["step-000000008.safetensors"]);
  await train(changed, input());
  const whole = join(dir, "whole");
  await train(changed, input({ run_dir: whole }));
  const weights = [dir, whole].map((run) => sha256(bundleFile(run, "sae_weights.safetensors")));
  expect(weights[0]).toBe(weights[1]);
});

test("when it is aborted it writes a checkpoint, stops, and goes on from there", async () => {
  const abort = new AbortController();
  const report = ({ done }: Progress) => {
    if (done === 55 * 250) abort.abort(new Error("Ctrl-C"));
  };
  await expect(train(settings, input({ report, signal: abort.signal }))).rejects.toThrow("Ctrl-C");
  expect(readdirSync(join(dir, "checkpoints")).at(-1)).toBe("step-000000055.safetensors");
  expect(existsSync(bundleFile(dir, "cfg.json"))).toBe(false);

  const steps: number[] = [];
  await train(settings, input({ report: ({ done }) => steps.push(done / 250) }));
  expect(steps[0]).toBe(56);
  const whole = join(dir, "whole");
  await train(settings, input({ run_dir: whole }));
  for (const name of ["sae_weights.safetensors", "training.jsonl", "cfg.json"])
    expect(sha256(bundleFile(dir, name))).toBe(sha256(bundleFile(whole, name)));
});

test("goes on under another number of threads or other keys, but not another lr", async () => {
  const whole = train(settings, input());
  await whole;
  rmSync(bundleFile(dir, "cfg.json"));
  const asked = { ...settings, dashboard_tokens: 7 };
  await expect(train(asked, input({ threads: 1 }))).resolves.toEqual(await whole);
  await expect(train({ ...settings, lr: 7 }, input())).rejects.toThrow(/lr was [^;]*, now 7;/);
});

test("a training that diverges stops, and leaves a checkpoint that is still good", async () => {
  const bad = {
    ...settings,
    lr: 3,
    lr_warmup_steps: 200,
    clip_grad_norm: 0,
    checkpoint_every_steps: 1,
  };
  const steps: number[] = [];
  const failed = train(bad, input({ report: ({ done }) => steps.push(done / 250) }));
  await expect(failed).rejects.toThrow(/diverged at step \d+: .*lower lr/);
  const last = steps.at(-1) as number; // the step that was reported last gave the weights that failed
  const good = `step-${String(last - 1).padStart(9, "0")}.safetensors`;
  expect(readdirSync(join(dir, "checkpoints")).at(-1)).toBe(good);
  await expect(failed).rejects.toThrow(
    `the last good checkpoint is ${join(dir, "checkpoints", good)}`,
  );
});

test("a penalty that kills everything is said once, with the share that is alive", async () => {
  const warnings: string[] = [];
  const killing = {
    ...settings,
    architecture: "standard",
    l1_coefficient: 1e4,
    initial_l0: 4,
    lr: 0.05,
    sparsity_warmup_steps: 5,
    dead_after_tokens: 5000,
  } as const;
  await train(killing, input({ warn: (line) => warnings.push(line) }));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /only \d+\.\d % of the features are alive at step \d+ .*l1_coefficient \(10000\)/,
  );
});

test("fvu on held-out activations is logged when it is measured", async () => {
  const held_out = { x: planted.rows(new Random(1, "held out"), 300), y: null };
  await train({ ...settings, fvu_every_steps: 50 }, input({ held_out }));
  const lines = readFileSync(bundleFile(dir, "training.jsonl"), "utf8").trim().split("\n");
  const measured = lines.map((line) => JSON.parse(line)).filter(({ fvu }) => fvu !== null);
  expect(measured.map(({ step }) => step)).toEqual([50, 100, 150, 200]);
  expect(measured[3].fvu).toBeLessThan(measured[0].fvu);
});

test("fewer activations than a batch are refused", async () => {
  const source = memorySource({ shape: [9, 16], data: x.data.subarray(0, 9 * 16) }, 4);
  await expect(train(settings, input({ source }))).rejects.toThrow(
    "there are 9 activations to train on, fewer than one batch of 250",
  );
});

test.each([
  // before the first checkpoint, soon after one, and just before one
  ["topk", [11, 64, 239]],
  ["standard", [100]],
])(
  "a %s training that is killed ends with the same bytes",
  async (architecture, kills) => {
    const [whole, killed] = [join(dir, "whole"), join(dir, "killed")];
    expect(await trainInChild(whole, architecture, Number.POSITIVE_INFINITY)).toBe("finished");
    for (const step of kills) {
      expect(await trainInChild(killed, architecture, step)).toBe("killed");
      expect(existsSync(bundleFile(killed, "cfg.json"))).toBe(false);
    }
    expect(await trainInChild(killed, architecture, Number.POSITIVE_INFINITY)).toBe("finished");
    for (const name of ["sae_weights.safetensors", "training.jsonl", "cfg.json"])
      expect(sha256(bundleFile(killed, name))).toBe(sha256(bundleFile(whole, name)));
  },
  30_000,
);

/** Runs fixtures/train-planted.ts and kills it, as kill -9 does, once it reports a step from `killAt` on. */
function trainInChild(run_dir: string, architecture: string, killAt: number) {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const script = fileURLToPath(new URL("../../fixtures/train-planted.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", tsx, script, run_dir, architecture], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (step) => {
    if (Number(step) >= killAt) child.kill("SIGKILL");
  });
  return new Promise((resolve) => {
    child.on("exit", (code, signal) =>
      resolve(signal === "SIGKILL" ? "killed" : code === 0 ? "finished" : `exit code ${code}`),
    );
  });
}
