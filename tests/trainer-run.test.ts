import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, metrics } from "trainer/bundle";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, expect, test } from "vitest";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "run-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The bundled model on a little of the bundled text. */
const settings = {
  cache: "cache",
  max_tokens: 30_000,
  held_out_fraction: 0.1,
  d_sae: 128,
  k: 8,
  train_tokens: 60_000,
  train_batch_tokens: 1_024,
  checkpoint_every_steps: 10,
  eval_tokens: 2_000,
  datapoints: 20,
  dashboard_tokens: 2_000,
};
const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
const run = (name: string, ...more: string[]) => ["run", name, ...flags, ...more, "--json"];

const readManifest = (name: string): Manifest =>
  JSON.parse(readFileSync(join(dir, name, "bundle/manifest.json"), "utf8"));

test("a run makes a bundle of the bundled text that verifies, and says where it is", async () => {
  const { stdout, status } = await ended(startTrainer(dir, run("whole")));
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  const result = JSON.parse(lines.at(-1) as string);
  expect(result).toMatchObject({ type: "result", model_id: "stories-2m", name: "res3-1x-topk8" });
  expect(Object.keys(result.metrics).sort()).toEqual(Object.keys(metrics).sort());
  const stages = new Set(lines.map((line) => JSON.parse(line).stage).filter(Boolean));
  expect([...stages]).toEqual(["tokenize", "harvest", "train topk", "evaluate", "dashboard"]);

  const sealed = await verifyBundle(join(dir, "whole/bundle"));
  expect(sealed.metrics.l0).toBeCloseTo(8, 1);
  expect(sealed.metrics.fvu).toBeLessThan(1);
  expect(sealed.provenance.config).toMatchObject({ model: "embedded", d_sae: 128, seed: 0 });
  expect(sealed.provenance.config).not.toHaveProperty("cache");
});

test("killed while it trains, it goes on and ends with the same bytes", async () => {
  const { done } = await killedAt(
    dir,
    run("killed"),
    ({ stage, done, total }) => stage === "train topk" && done > total / 3,
  );
  expect(done).toBeLessThan(settings.train_tokens);

  const { stdout, status } = await ended(startTrainer(dir, run("killed", "--threads", "1")));
  expect(status).toBe(0);
  const steps = stdout.split("\n").filter((line) => line.includes('"train topk"'));
  expect(JSON.parse(steps[0] as string).done).toBeGreaterThan(10 * settings.train_batch_tokens);
  expect(readManifest("killed").files).toEqual(readManifest("whole").files);
});

test("what is done already is not done again; another configuration is refused", async () => {
  const again = await ended(startTrainer(dir, run("whole")));
  expect(again.stdout.trimEnd().split("\n")).toHaveLength(1);
  const other = await ended(startTrainer(dir, ["run", "whole", "--d_sae", "64", "--json"]));
  expect(other.status).toBe(2);
  expect(other.stderr).toContain("d_sae 128 (now 64)");
});
