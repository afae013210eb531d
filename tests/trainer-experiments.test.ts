import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tables } from "trainer/bundle";
import { readTable, verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "experiments-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The bundled model on a little of the bundled text. */
const settings = {
  cache: "cache",
  max_tokens: 30_000,
  held_out_fraction: 0.1,
  d_sae: 256,
  k: 8,
  train_tokens: 60_000,
  train_batch_tokens: 1_024,
  datapoints: 50,
  dashboard_tokens: 10_000,
};
const trainer = (...args: string[]) => ended(startTrainer(dir, [...args, "--json"]));
const evaluationOf = (run: string) =>
  JSON.parse(readFileSync(join(dir, run, "bundle/evaluation.json"), "utf8"));

const run = (name: string, more = {}) => {
  const flags = Object.entries({ ...settings, ...more });
  return trainer("run", name, ...flags.flatMap(([flag, value]) => [`--${flag}`, String(value)]));
};
beforeAll(async () => {
  expect(await run("small")).toMatchObject({ status: 0 });
});

test("an experiment adds its section once, and the bundle still verifies", async () => {
  const { stdout, status } = await trainer("norms", "small");
  expect(status).toBe(0);
  const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) as string);
  const before = evaluationOf("small");
  expect(result).toMatchObject({ type: "result", section: before.experiments.norms });
  const sealed = await verifyBundle(join(dir, "small/bundle"));
  expect(await trainer("norms", "small")).toMatchObject({ status: 0 });
  expect(await verifyBundle(join(dir, "small/bundle"))).toEqual(sealed);
});

test("ce-diff keeps other datapoints than evaluation did, and what was measured stays", async () => {
  const before = evaluationOf("small");
  expect(before.experiments.ce_diff.datapoints.sample).toBe(50);
  const sizes = ["--datapoints", "80", "--shown_contexts", "1", "--best_datapoints", "3"];
  expect(await trainer("ce-diff", "small", ...sizes)).toMatchObject({ status: 0 });
  const after = evaluationOf("small");
  const { ce_diff } = after.experiments;
  expect(ce_diff.datapoints.sample).toBe(80);
  expect(ce_diff.mean).toBe(before.experiments.ce_diff.mean);
  expect(ce_diff.mean).toBeCloseTo(before.metrics.ce_diff.value, 8);
  expect(after.metrics).toEqual(before.metrics);
  await verifyBundle(join(dir, "small/bundle"));
});

/** Where umap has put the datapoints. */
async function places() {
  const rows: { x: number | null; y: number | null }[] = [];
  const path = join(dir, "small/bundle/datapoints.parquet");
  for await (const block of readTable(path, tables.datapoints))
    rows.push(...block.map(({ umap_x: x, umap_y: y }) => ({ x, y })));
  return rows;
}

test("umap places every datapoint by what is asked, or some, the same for the same seed", async () => {
  const given = ["--epochs", "5", "--seed", "2"];
  const features = [...given, "--over", "features"];
  expect(await trainer("umap", "small", ...features)).toMatchObject({ status: 0 });
  const first = await places();
  expect(evaluationOf("small").experiments.umap).toMatchObject({
    over: "features",
    points: first.length,
    epochs: 5,
    seed: 2,
  });
  const fewer = ["--over", "error", "--points", "40", "--neighbours", "5"];
  expect(await trainer("umap", "small", ...given, ...fewer)).toMatchObject({ status: 0 });
  expect(evaluationOf("small").experiments.umap).toMatchObject({ over: "error", points: 40 });
  expect((await places()).filter(({ x }) => x !== null)).toHaveLength(40);
  expect(await trainer("umap", "small", ...features)).toMatchObject({ status: 0 });
  expect(await places()).toEqual(first);
  expect(first.every(({ x, y }) => x !== null && y !== null)).toBe(true);
  await verifyBundle(join(dir, "small/bundle"));
});

test("other datapoints have no places, and no section says that they had", async () => {
  expect(await trainer("ce-diff", "small", "--datapoints", "60")).toMatchObject({ status: 0 });
  expect(evaluationOf("small").experiments.umap).toBeUndefined();
});

test("umap of more neighbours than datapoints is refused", async () => {
  const { stderr, status } = await trainer("umap", "small", "--points", "10");
  expect(status).toBe(2);
  expect(stderr).toContain("small: 10 datapoints to lay out (expected more than --neighbours 15)");
});

test("across-layers compares dictionaries at the same positions, and each is told", async () => {
  const hook_name = "blocks.1.hook_resid_post";
  expect(await run("early", { hook_name })).toMatchObject({ status: 0 });
  expect(await trainer("across-layers", "small", "early")).toMatchObject({ status: 0 });
  const [late, early] = ["small", "early"].map(evaluationOf);
  const { across_layers } = late.experiments;
  expect(early.experiments.across_layers).toEqual(across_layers);
  const [first, second] = across_layers.dictionaries;
  expect(first.hook_name).toBe(hook_name);
  expect(first.ce_diff).toBeCloseTo(early.metrics.ce_diff.value, 5);
  expect(second.ce_diff).toBeCloseTo(late.metrics.ce_diff.value, 5);
  expect(across_layers.tokens).toBe(late.metrics.ce_diff.tokens);
  expect(across_layers.overlap[0][0]).toBe(1);
  await verifyBundle(join(dir, "early/bundle"));

  const sealed = await verifyBundle(join(dir, "small/bundle"));
  expect(await trainer("across-layers", "early", "small")).toMatchObject({ status: 0 });
  expect(await verifyBundle(join(dir, "small/bundle"))).toEqual(sealed);
});

test.each([
  [["small"], "no RUN_DIR… (expected RUN_DIR RUN_DIR…)"],
  [["small", "small"], "small: given twice"],
])("across-layers %j is refused", async (dirs, reason) => {
  const { stderr, status } = await trainer("across-layers", ...dirs);
  expect(status).toBe(2);
  expect(stderr).toContain(reason);
});

test("what is no finished run is refused with what makes one", async () => {
  const { stderr, status } = await trainer("norms", "nowhere");
  expect(status).toBe(2);
  expect(stderr).toContain("nowhere: no run folder (no config.json); npx trainer run makes one");
});

test("features are removed from each token, but not more than it has", async () => {
  const few = ["--eval_tokens", "2000", "--resamples", "20"];
  expect(await trainer("remove-lowest", "small", ...few)).toMatchObject({ status: 0 });
  const { lowest, highest, largest_l0 } = evaluationOf("small").experiments.remove_lowest;
  expect(lowest.map(({ k }: { k: number }) => k)).toEqual([0, 1, 2, 4, 7]);
  expect([largest_l0, lowest[0].l0, lowest[4].l0]).toEqual([8, 8, 1]);
  expect(highest[4].ce_diff.value).toBeGreaterThan(lowest[4].ce_diff.value);
  const { stderr, status } = await trainer("remove-lowest", "small", "--k", "8", ...few);
  expect(status).toBe(2);
  expect(stderr).toContain("--k 8: no token has more than 8 active features");
});

test("orthogonality trains the same run once more with the penalty, and compares the two once", async () => {
  const asked = ["orthogonality", "small", "apart", "--orthogonality_coefficient", "10"];
  const chunked = [...asked, "--orthogonality_chunk", "64"];
  expect(await trainer(...chunked)).toMatchObject({ status: 0 });
  const { orthogonality: found } = evaluationOf("apart").experiments;
  expect(found.with.mean_nearest).toBeLessThan(found.without.mean_nearest);
  expect(found.with.l0).toBeCloseTo(found.without.l0, 6);
  expect(found.without.fvu).toBe(evaluationOf("small").metrics.fvu.value);
  const { name } = JSON.parse(readFileSync(join(dir, "small/bundle/manifest.json"), "utf8"));
  const sealed = await verifyBundle(join(dir, "apart/bundle"));
  expect(sealed.name).toBe(`${name}-orthogonal-max-10`);
  expect(found.reference.name).toBe(name);
  expect(await trainer(...chunked)).toMatchObject({ status: 0 });
  expect(await verifyBundle(join(dir, "apart/bundle"))).toEqual(sealed);
});

test("orthogonality refuses other settings in a folder, and a run that has the penalty itself", async () => {
  const other = await trainer("orthogonality", "small", "apart");
  expect(other.status).toBe(2);
  expect(other.stderr).toContain("orthogonality_coefficient 10 (now 3)");
  const twice = await trainer("orthogonality", "apart", "again");
  expect(twice.status).toBe(2);
  expect(twice.stderr).toContain("orthogonality_coefficient 10 itself (expected 0)");
  expect((await trainer("orthogonality", "small", "small")).status).toBe(2);
});

test("a cut dictionary is compared with others of its hook, two or more of them", async () => {
  const little = { ...settings, train_tokens: 10_000, dashboard_tokens: 2_000 };
  const sweep = Object.entries(little).flatMap(([name, value]) =>
    name === "k" ? ["--k", "2", "--k", "4"] : [`--${name}`, String(value)],
  );
  expect(await trainer("sweep", "family", ...sweep)).toMatchObject({ status: 0 });
  const few = ["--eval_tokens", "2000", "--frequency_tokens", "2000", "--resamples", "20"];
  const cut = (...family: string[]) =>
    trainer("remove-frequent", "small", ...few, ...family.flatMap((dir) => ["--family", dir]));
  expect(await cut("family")).toMatchObject({ status: 0 });
  const { top, family } = evaluationOf("small").experiments.remove_frequent;
  expect(family.map(({ l0 }: { l0: number }) => l0)).toEqual([8, 4, 2]);
  expect(top[0]).toMatchObject({ features_cut: 0, l0: 8 });
  const [alone] = readdirSync(join(dir, "family")).filter((name) => name.startsWith("res"));
  const refused = await cut(join("family", alone as string));
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("expected two or more dictionaries of different sparsities");
});

test("single-token features of several dictionaries stand in each one's section", async () => {
  const runs = readdirSync(join(dir, "family"))
    .filter((name) => name.startsWith("res"))
    .map((name) => join("family", name));
  const few = ["--scan_tokens", "4000"];
  expect(await trainer("single-token", ...runs, ...few)).toMatchObject({ status: 0 });
  const [one, other] = runs.map((run) => evaluationOf(run).experiments.single_token);
  expect(one).toEqual(other);
  expect(one.dictionaries.map(({ l0 }: { l0: number }) => l0)).toEqual([2, 4]);
});
