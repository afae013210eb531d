import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "finetune-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The bundled model on a little of the bundled text. */
const settings = {
  cache: "cache",
  max_tokens: 30_000,
  held_out_fraction: 0.1,
  architecture: "standard",
  d_sae: 128,
  train_tokens: 30_000,
  train_batch_tokens: 1_024,
  eval_tokens: 2_000,
  datapoints: 20,
  dashboard_tokens: 2_000,
};
const trainer = (...args: string[]) => ended(startTrainer(dir, [...args, "--json"]));
const read = (run: string, file: string) => readFileSync(join(dir, run, "bundle", file));
const json = (run: string, file: string) => JSON.parse(read(run, file).toString());
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** The bytes of a tensor in a run's weights. */
function tensor(run: string, name: string): Buffer {
  const bytes = read(run, "sae_weights.safetensors");
  const start = 8 + Number(bytes.readBigUInt64LE());
  const [begin, end] = JSON.parse(bytes.subarray(8, start).toString())[name].data_offsets;
  return bytes.subarray(start + begin, start + end);
}

beforeAll(async () => {
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  expect(await trainer("run", "small", ...flags)).toMatchObject({ status: 0 });
});

test("a finetuned decoder is a revision of its parent, with its encoder and its active features", async () => {
  expect(await trainer("finetune", "small", "fine", "--tokens", "20000")).toMatchObject({
    status: 0,
  });
  const { metrics, experiments } = json("fine", "evaluation.json");
  const before = json("small", "evaluation.json").metrics;
  for (const name of ["W_enc", "b_enc", "b_dec"])
    expect(tensor("fine", name).equals(tensor("small", name)), name).toBe(true);
  expect(tensor("fine", "W_dec").equals(tensor("small", "W_dec"))).toBe(false);
  expect(metrics.l0).toEqual(before.l0);
  expect(metrics.mse.value).toBeLessThan(before.mse.value);
  expect(experiments.finetune).toMatchObject({
    before: { mse: before.mse.value },
    after: { mse: metrics.mse.value },
    active_sets: { tokens: metrics.l0.tokens, settled_features: 0 },
  });
  const { name, provenance } = await verifyBundle(join(dir, "fine/bundle"));
  expect(name).toBe(json("small", "manifest.json").name);
  expect(provenance.parent).toBe(sha256(read("small", "manifest.json")));
});

test("done once, it is not done again; other settings are refused", async () => {
  const sealed = read("fine", "manifest.json");
  expect(await trainer("finetune", "small", "fine", "--tokens", "20000")).toMatchObject({
    status: 0,
  });
  expect(await trainer("resume", "fine")).toMatchObject({ status: 0 });
  expect(read("fine", "manifest.json").equals(sealed)).toBe(true);
  const { stderr, status } = await trainer("finetune", "small", "fine", "--what", "scale");
  expect(status).toBe(2);
  expect(stderr).toContain("take another folder");
});

test("killed while it is fitted, it is made anew by resume, with the same bytes", async () => {
  const call = ["finetune", "small", "killed", "--tokens", "20000", "--json"];
  await killedAt(dir, call, ({ stage }) => stage === "finetune decoder");
  const stage = await trainer("train", "killed");
  expect(stage.status).toBe(2);
  expect(stage.stderr).toContain("made by trainer finetune, which was broken off");
  expect(await trainer("resume", "killed")).toMatchObject({ status: 0 });
  for (const file of ["sae_weights.safetensors", "evaluation.json", "features.parquet"])
    expect(read("killed", file).equals(read("fine", file)), file).toBe(true);
});

test("with a bias the active features stay, and so does L0", async () => {
  const args = ["--what", "decoder+bias", "--name", "with-bias", "--tokens", "10000"];
  expect(await trainer("finetune", "small", "bias", ...args)).toMatchObject({ status: 0 });
  expect(tensor("bias", "b_enc").equals(tensor("small", "b_enc"))).toBe(false);
  expect(json("bias", "evaluation.json").metrics.l0).toEqual(
    json("small", "evaluation.json").metrics.l0,
  );
  expect(json("bias", "manifest.json").name).toBe("with-bias");
});
