import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BundleError, type Manifest, type Reading, UsageError } from "../bundle/index.ts";
import { findDictionaries } from "../importers/formats.ts";
import { openInput } from "../importers/input.ts";
import { toSae } from "../importers/to-sae.ts";
import type { SaeConfig } from "../sae/config.ts";
import { saveSae } from "../sae/files.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { decode, encode, type Sae } from "../sae/sae.ts";
import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { toBundled } from "./bundled.ts";
import type { Bundled } from "./exporter.ts";
import { type ExportFormat, exportFiles, exportFormats, judgeAll } from "./formats.ts";
import { writeExport } from "./write-export.ts";

const tmp = mkdtempSync(join(tmpdir(), "exporters-"));
afterAll(() => rmSync(tmp, { recursive: true }));

const sizes = { d_in: 4, d_sae: 6, k: null };
const ofItself = { transcoder: { d_out: 4, skip: false, of_itself: true as const } };
const transcoder = { transcoder: { d_out: 4, skip: true } };

const configs = {
  topk: { architecture: "topk", ...sizes, k: 2 },
  "topk as it is": { architecture: "topk", ...sizes, k: 2, ...ofItself },
  "topk normalised": { architecture: "topk", ...sizes, k: 2, input_norm: "layer_norm" },
  "topk transcoder": { architecture: "topk", ...sizes, k: 2, ...transcoder },
  standard: { architecture: "standard", ...sizes },
  "standard as it is": { architecture: "standard", ...sizes, ...ofItself },
  gated: { architecture: "gated", ...sizes },
  "gated as it is": { architecture: "gated", ...sizes, ...ofItself },
  jumprelu: { architecture: "jumprelu", ...sizes },
  batchtopk: { architecture: "jumprelu", ...sizes },
  matryoshka: { architecture: "jumprelu", ...sizes },
  "jumprelu as it is": { architecture: "jumprelu", ...sizes, ...ofItself },
  "narrowing transcoder": {
    architecture: "jumprelu",
    ...sizes,
    transcoder: { d_out: 3, skip: false },
  },
} as const satisfies Record<string, SaeConfig>;
type Name = keyof typeof configs;

function isTranscoder(name: Name): boolean {
  return name.includes("transcoder");
}

/** A dictionary's row in the table of docs/formats.md. */
const rows: Record<Name, string> = {
  topk: "topk",
  "topk as it is": "topk that reads x as it is",
  "topk normalised": "topk with layer_norm",
  "topk transcoder": "topk transcoder",
  standard: "standard",
  "standard as it is": "standard that reads x as it is",
  gated: "gated",
  "gated as it is": "gated that reads x as it is",
  jumprelu: "jumprelu",
  batchtopk: "trained as batchtopk",
  matryoshka: "trained as matryoshka_batchtopk",
  "jumprelu as it is": "jumprelu that reads x as it is",
  "narrowing transcoder": "jumprelu transcoder",
};

test.each(Object.entries(rows) as [Name, string][])(
  "what each format makes of a dictionary that is %s stands in docs/formats.md",
  async (name, row) => {
    const page = readFileSync("docs/formats.md", "utf8");
    const [, stated] = new RegExp(`^\\| ${row} \\| (.*) \\|$`, "m").exec(page) ?? [];
    const { bundled } = await make(name);
    bundled.weights.close();
    const judged = judgeAll(bundled.cfg).map(({ format, fit, form }) =>
      format === "dictionary_learning" && form ? `${fit}: ${form}` : fit,
    );
    expect(judged.join(" | ")).toBe(stated);
  },
);

const all: [ExportFormat, Name][] = (Object.keys(configs) as Name[]).flatMap((name) =>
  exportFormats.map((format): [ExportFormat, Name] => [format, name]),
);

describe("read again by that system's own conventions, the files give the same", () => {
  test.each(all)("%s, of a dictionary that is %s", async (format, name) => {
    const { sae, bundled } = await make(name);
    const judged = judgeAll(bundled.cfg).find((one) => one.format === format);
    if (judged?.fit === "refused") return bundled.weights.close();
    const dir = join(tmp, `${format} ${name}`);
    const { files, verdict } = await exportFiles(bundled, format);
    await writeExport(dir, files, watched);
    bundled.weights.close();
    const read = await readAgain(dir, name);
    if (verdict.fit === "exact") expect(weightsOf(read)).toMatchObject(weightsOf(sae));
    else expect(weightsOf(read)).not.toEqual(weightsOf(sae));
    const x = randomTensor(new Random(1, "x"), 1, 8, 4);
    const [acts, theirs] = [encode(sae, x), encode(read, x)];
    expectClose(theirs, acts);
    expectClose(decode(read, theirs, x), decode(sae, acts, x));
    expect(acts.data.some((a) => a > 0)).toBe(true);
  });
});

/** What an importer makes of a folder; what its files do not say is given. */
async function readAgain(dir: string, name: Name): Promise<Sae> {
  const input = await openInput(dir);
  const [found] = await findDictionaries(input);
  const reading = {
    model: "m",
    hook_name: "blocks.0.hook_resid_post",
    hook_name_out: isTranscoder(name) ? "blocks.0.hook_mlp_out" : null,
    ...found.described.reading,
  };
  const sae = toSae(found, reading as Reading);
  await input.close();
  return sae;
}

function weightsOf({ config: _, ...weights }: Sae) {
  return Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
}

test("what a class does by default and a dictionary is not made for is said", async () => {
  const { bundled } = await make("standard");
  const { verdict } = await exportFiles(bundled, "dictionary_learning");
  expect(verdict.says.join()).toContain("load it with normalize_decoder=False");
  bundled.weights.close();
  const learnt = await make("batchtopk");
  learnt.bundled.cfg.metadata.training_architecture_details = undefined;
  const forms = judgeAll(learnt.bundled.cfg).map(({ form }) => form);
  expect(forms[1]).toBe("JumpReluAutoEncoder");
  learnt.bundled.weights.close();
});

test("SAELens' are the files of the bundle", async () => {
  const { bundled, dir } = await make("gated");
  const { files } = await exportFiles(bundled, "saelens");
  const out = join(tmp, "as saelens");
  await writeExport(out, files, watched);
  bundled.weights.close();
  expect(files.map(({ name }) => name)).toEqual([
    "cfg.json",
    "sae_weights.safetensors",
    "sparsity.safetensors",
  ]);
  for (const name of ["cfg.json", "sae_weights.safetensors"])
    expect(readFileSync(join(out, name)).equals(readFileSync(join(dir, name)))).toBe(true);
});

test("what a format cannot hold is refused with the reason", async () => {
  const { bundled } = await make("gated");
  await expect(exportFiles(bundled, "sparsify")).rejects.toThrow(UsageError);
  await expect(exportFiles(bundled, "sparsify")).rejects.toThrow(
    "x: sparsify cannot hold it: its coders keep the k largest, and this is gated",
  );
  bundled.weights.close();
});

test("a folder is written whole or not at all, and none that holds something", async () => {
  const dir = join(tmp, "broken");
  const broken = {
    name: "a",
    bytes: 4,
    *blocks() {
      yield new Uint8Array(2);
      throw new BundleError("it ends 2 bytes too early");
    },
  };
  await expect(writeExport(dir, [broken], watched)).rejects.toThrow("2 bytes too early");
  expect(existsSync(dir)).toBe(false);
  mkdirSync(dir); // an empty one may be there
  const whole = { name: "a", bytes: 2, blocks: () => [new Uint8Array(2)] };
  await writeExport(dir, [whole], watched);
  await expect(writeExport(dir, [whole], watched)).rejects.toThrow(
    "holds a; choose a new or empty",
  );
});

const watched = { report: () => {}, signal: new AbortController().signal };

/** How what is run by one threshold was trained. */
const trainings: Partial<Record<Name, object>> = {
  batchtopk: { training_architecture: "batchtopk", training_architecture_details: { k: 2 } },
  matryoshka: {
    training_architecture: "matryoshka_batchtopk",
    training_architecture_details: { k: 2, group_sizes: [2, 4] },
  },
};

let made = 0;
/** A dictionary with random weights, saved as bundles are, and as exporters take it. */
async function make(name: Name): Promise<{ sae: Sae; bundled: Bundled; dir: string }> {
  const sae = randomSae(new Random(0, name), configs[name]);
  const trained = trainings[name];
  if (trained) sae.threshold?.data.fill(0.25);
  const dir = mkdtempSync(join(tmp, `${made++}-`));
  await saveSae(dir, sae, {
    model_name: "m",
    hook_name: "blocks.0.hook_resid_post",
    hook_name_out: isTranscoder(name) ? "blocks.0.hook_mlp_out" : null,
    context_size: 8,
    ...trained,
  });
  const bundled = toBundled({
    manifest,
    revision: "0".repeat(64),
    cfg_json: readFileSync(join(dir, "cfg.json")),
    sparsity: new Uint8Array(8),
    weights: join(dir, "sae_weights.safetensors"),
  });
  return { sae, bundled, dir };
}

/** As much of a manifest as is written into exports. */
const manifest = {
  model_id: "m",
  name: "x",
  created_at: "2026-01-01T00:00:00Z",
  sae: { architecture: "topk" },
  provenance: { seed: 0, config: {}, model: { source: null, commit: null }, token_policy: {} },
  metrics: {},
} as unknown as Manifest;

function expectClose(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const off = zeros(1);
  for (let at = 0; at < found.data.length; at++)
    off.data[0] = Math.max(off.data[0], Math.abs(found.data[at] - expected.data[at]));
  expect(off.data[0]).toBeLessThan(1e-6);
}
