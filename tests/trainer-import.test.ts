import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImportProvenance } from "trainer/bundle";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb } from "../server/db.ts";
import { getFeature } from "../server/queries/features.ts";
import { writeHalves } from "../trainer/fixtures/halves.ts";
import { type LocalHub, startHub } from "../trainer/fixtures/hf-server.ts";
import { writeBatches } from "../trainer/fixtures/saedashboard-batches.ts";
import { ingest } from "./hub.ts";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "import-"));
const d_in = 128;
const small =
  "--cache cache --max_tokens 9000 --held_out_fraction 0.4 --check_tokens 2000 --eval_tokens 1000 --datapoints 20 --dashboard_tokens 1000";

let hub: LocalHub;
let commit: string;
beforeAll(async () => {
  hub = await startHub();
  commit = hub.add("org/saes", {
    "README.md": "Two dictionaries.",
    ...inFolder("layer3", 3),
    ...inFolder("layer4", 4),
  });
  process.env.HF_ENDPOINT = hub.url;
  process.env.HF_HOME = join(dir, "hf");
});
afterAll(async () => {
  await hub.close();
  await closeDb();
  rmSync(dir, { recursive: true });
});

const call = (command: string) => [...command.split(" "), "--json"];
async function trainer(command: string) {
  const { stdout, stderr, status } = await ended(startTrainer(dir, call(command)));
  const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) || "null");
  return { status, stderr, imported: result?.import as ImportProvenance | undefined };
}
const read = (run: string, file: string) => readFileSync(join(dir, run, "bundle", file));

test("of a repository one folder is fetched; a reading that another one beats is refused", async () => {
  const { status, imported } = await trainer(`import org/saes:layer3 whole ${small}`);
  expect(status).toBe(1);
  expect(imported?.check).toMatchObject({ verdict: "misread", tokens: 2000, formula_version: 1 });
  expect(imported?.check?.says).toContain("--subtract_b_dec true takes it");
  expect(existsSync(join(dir, "whole/bundle"))).toBe(false);
  const asked = hub.asked.map(({ line }) => line).join("\n");
  expect(asked).toContain("layer3/sae_weights.safetensors");
  expect(asked).not.toContain("layer4/");
});

test("one of another width than the hook is refused before it is measured", async () => {
  const { status, stderr } = await trainer(
    `import org/saes:layer3 whole ${small} --hook_name blocks.3.mlp.hook_post`,
  );
  expect(status).toBe(2);
  expect(stderr).toContain("d_in is 128, but blocks.3.mlp.hook_post of stories-2m has 512 numbers");
});

test("read rightly, it becomes a bundle that says where it is from and how it was read", async () => {
  const { status, imported } = await trainer(
    `import org/saes:layer3 whole ${small} --subtract_b_dec true`,
  );
  expect(status).toBe(0);
  const { name, sae, metrics, provenance } = await verifyBundle(join(dir, "whole/bundle"));
  expect(name).toBe("res3-2x-standard-saelens");
  expect(sae).toMatchObject({ d_in, d_sae: 2 * d_in, hook_name: "blocks.3.hook_resid_post" });
  expect(metrics.fvu).toBeLessThan(1e-6);
  expect(provenance.parent).toBe(null);
  expect(provenance.import).toEqual(imported);
  expect(imported).toMatchObject({
    format: "saelens",
    where: "layer3",
    source: "org/saes",
    commit,
    files: expect.arrayContaining([expect.objectContaining({ path: "layer3/cfg.json" })]),
    reading: { subtract_b_dec: true, model: "embedded" },
    because: { subtract_b_dec: expect.stringContaining("--subtract_b_dec, where the files say") },
    check: { verdict: "fits" },
    accepted: false,
  });
  expect(provenance.config).not.toHaveProperty("lr");
});

test("with SAEDashboard's pages beside it, it has these instead of its own", async () => {
  const folder = join(dir, "given");
  for (const [path, data] of Object.entries(inFolder("sae", 3))) {
    mkdirSync(join(folder, "sae"), { recursive: true });
    writeFileSync(join(folder, path), data);
  }
  const whole = join(dir, "whole/bundle");
  const { provenance: own } = await verifyBundle(whole);
  const texts: [number, number] = [own.dashboard_tokens, 1];
  await writeBatches(whole, join(folder, "pages"), { size: 100, texts });
  const flags = small.replace("--dashboard_tokens 1000", "--dashboard_tokens 100");
  const command = `import given pages ${flags} --subtract_b_dec true --name pages`;
  const { status, stderr, imported } = await trainer(command);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.anything() });
  const bundle = join(dir, "pages/bundle");
  const { provenance, metrics } = await verifyBundle(bundle);
  expect(provenance.import).toEqual(imported);
  expect(metrics.fvu).toBeLessThan(1e-6); // measured all the same
  expect(provenance.dashboard_tokens).toBe(own.dashboard_tokens);
  expect(imported?.dashboards).toMatchObject({ n_prompts_total: texts[0], dataset: "some/text" });
  expect(imported?.dashboards?.files).toHaveLength(3);
  const [fits] = imported?.dashboards?.notes ?? [];
  expect(fits).toMatch(/^dashboards: (\d+) of \1 examples that were computed anew have/);

  await ingest(bundle);
  await ingest(whole);
  for (const index of [0, 77, 255]) {
    const [found, expected] = await Promise.all(
      ["pages", "res3-2x-standard-saelens"].map((slug) =>
        getFeature(null, "stories-2m", slug, index),
      ),
    );
    if (!found || !expected) throw new Error("it is not there");
    const { n_active, top_logit_tokens, decoder_norm, umap_x } = expected.record;
    expect(found.record).toMatchObject({ n_active, top_logit_tokens, decoder_norm, umap_x });
    const shown = (view: typeof found) =>
      view.intervals.flatMap(({ interval, examples }) =>
        examples.map(({ tokens, activations, position, window_start }) => {
          const at = position - window_start;
          return { interval, token: tokens[at], activation: activations[at] ?? 0 };
        }),
      );
    expect(shown(found)).toEqual(
      shown(expected).map((one) => ({ ...one, activation: expect.closeTo(one.activation, 4) })),
    );
  }
});

test("begun without the model and killed, it ends with the same bytes, of the same commit", async () => {
  const command = `import org/saes:layer3 killed ${small} --subtract_b_dec true --name theirs`;
  const { status, imported } = await trainer(`${command} --weights_only`);
  expect({ status, check: imported?.check }).toEqual({ status: 0, check: null });
  expect(imported?.notes[0]).toMatch(/^unchecked/);
  hub.add("org/saes", { "layer3/cfg.json": "{}" });
  await killedAt(dir, call("resume killed"), ({ stage }) => stage === "dashboard");
  expect((await trainer("resume killed")).imported).toMatchObject({ commit });
  expect((await verifyBundle(join(dir, "killed/bundle"))).name).toBe("theirs");
  const files = ["cfg.json", "sae_weights.safetensors", "evaluation.json", "features.parquet"];
  for (const file of files)
    expect(read("killed", file).equals(read("whole", file)), file).toBe(true);
});

/** An SAE that its cfg.json misreads, as a repository's files. */
function inFolder(folder: string, layer: number): Record<string, Uint8Array> {
  const made = join(dir, "made", folder);
  writeHalves(made, layer);
  const names = ["cfg.json", "sae_weights.safetensors"];
  const files = names.map((name) => [`${folder}/${name}`, readFileSync(join(made, name))]);
  return Object.fromEntries(files);
}
