import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, expect, test } from "vitest";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "layers-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** Two layers of the bundled model on a little of the bundled text. */
const flags =
  "--layers 1 --layers 4 --max_tokens 30000 --held_out_fraction 0.1 --d_sae 128 --k 8 --train_tokens 20000 --train_batch_tokens 1024 --eval_tokens 2000 --datapoints 20 --dashboard_tokens 2000".split(
    " ",
  );
const names = ["mlp1", "res1", "mlp4", "res4"].map((place) => `${place}-1x-topk8`);
const read = (name: string, file: string) =>
  JSON.parse(readFileSync(join(dir, "layers", name, "bundle", file), "utf8"));
const resultOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) as string);

test("killed half-way and begun again, every bundle holds the table of all of them", async () => {
  const call = ["layers", "layers", ...flags, "--json"];
  await killedAt(dir, call, ({ stage }) => stage === "dashboard");
  expect(existsSync(join(dir, "layers", names[3] ?? "", "bundle/manifest.json"))).toBe(false);

  const { stdout, stderr, status } = await ended(startTrainer(dir, call));
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const { section } = resultOf(stdout);
  expect(section.rows.map(({ name }: { name: string }) => name)).toEqual(names);
  for (const [i, name] of names.entries()) {
    const { metrics, files } = await verifyBundle(join(dir, "layers", name, "bundle"));
    expect(read(name, "evaluation.json").experiments.layers).toEqual(section);
    const { values, weights_sha256 } = section.rows[i];
    expect(values).toEqual(
      Object.fromEntries(Object.keys(values).map((key) => [key, metrics[key as "fvu"]])),
    );
    expect(weights_sha256).toBe(files["sae_weights.safetensors"]?.sha256);
  }

  const before = names.map((name) => read(name, "manifest.json"));
  expect(await ended(startTrainer(dir, ["layers", "layers", ...flags]))).toMatchObject({
    status: 0,
  });
  expect(names.map((name) => read(name, "manifest.json"))).toEqual(before);
}, 120_000);

test("dictionaries of growing width are compared at an early and a late hook", async () => {
  const hooks = ["blocks.4.hook_resid_post", "blocks.1.hook_resid_post"];
  const asked = [
    ...hooks.flatMap((hook) => ["--hook_name", hook]),
    ..."--expansion_factors 2 --expansion_factors 0.5 --gap_from 1".split(" "),
  ];
  const rest = flags.slice(4).filter((word, i, all) => !`${word} ${all[i - 1]}`.includes("d_sae"));
  const { stdout, stderr, status } = await ended(
    startTrainer(dir, ["width", "width", ...asked, ...rest, "--json"]),
  );
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const { section, bundles } = resultOf(stdout);
  expect(section.points).toMatchObject([
    { name: "res4-0.5x-topk8", d_sae: 64, expansion_factor: 0.5 },
    { name: "res4-2x-topk8", d_sae: 256, expansion_factor: 2 },
    { name: "res1-0.5x-topk8", d_sae: 64 },
    { name: "res1-2x-topk8", d_sae: 256 },
  ]);
  const [wide, narrow] = [section.points[1], section.points[0]];
  expect(wide.fvu).toBeLessThan(narrow.fvu);
  expect(section.gaps[0]).toMatchObject({ early: hooks[1], late: hooks[0], narrow: 0.5, wide: 2 });
  for (const bundle of bundles) {
    await verifyBundle(join(dir, bundle));
    const found = JSON.parse(readFileSync(join(dir, bundle, "evaluation.json"), "utf8"));
    expect(found.experiments.width).toEqual(section);
  }
}, 120_000);

test("a hook that the model lacks is refused before any work", async () => {
  const { stderr, status } = await ended(
    startTrainer(dir, ["layers", "other", "--sites", "hook_resid_mid"]),
  );
  expect(status).toBe(2);
  expect(stderr).toContain("hook blocks.0.hook_resid_mid: this model runs attention and MLP side");
  expect(existsSync(join(dir, "other/cache/tokens"))).toBe(false);
  const hooks = ["blocks.1.hook_mlp_out", "blocks.1.mlp.hook_post"];
  const mixed = hooks.flatMap((hook) => ["--hook_name", hook]);
  expect((await ended(startTrainer(dir, ["width", "other", ...mixed]))).stderr).toContain(
    "--hook_name blocks.1.mlp.hook_post: 512 numbers wide, but blocks.1.hook_mlp_out has 128",
  );
}, 60_000);

test("every experiment is listed with what it asks, and one is run with what it needs, once", async () => {
  const list = await ended(startTrainer(dir, ["experiments"]));
  expect(list.stdout).toContain("ce-diff           Where does the dictionary fail");
  const sizes =
    "--max_tokens 30000 --held_out_fraction 0.1 --d_sae 64 --k 4 --train_tokens 20000 --eval_tokens 2000 --datapoints 20 --dashboard_tokens 1000".split(
      " ",
    );
  const call = ["experiments", "all", "--only", "ce-diff", ...sizes];
  const { stdout, stderr, status } = await ended(startTrainer(dir, [...call, "--json"]));
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const [found] = resultOf(stdout).experiments;
  expect(found).toMatchObject({ name: "ce-diff", failed: null });
  expect(found.verdict).toMatch(/^\d\.\d{4} nats on average/);
  const again = await ended(startTrainer(dir, call));
  expect(again.stdout).toContain("ce-diff: done before");
  expect(again.stdout).toContain(found.verdict);
}, 120_000);
