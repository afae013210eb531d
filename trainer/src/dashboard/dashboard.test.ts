import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import { hashFile, readTable, verifyBundle } from "../bundle/files.ts";
import { type Manifest, type Progress, type Table, tables } from "../bundle/index.ts";
import { saveSae } from "../sae/files.ts";
import { encode, type Sae } from "../sae/sae.ts";
import { toSparse } from "../sae/sparse-acts.ts";
import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { dashboardConfig } from "./config.ts";
import { type DashboardInput, dashboard } from "./dashboard.ts";

/*
 * A toy whose features can be told by hand: on token v, feature 0 is v, feature 1 is 2.5 if v is 7,
 * feature 2 is 1 if v is even, and the others never fire. Position 0 and token 0 are not counted.
 */
const context_size = 16;
const n_contexts = 6;
const d_vocab = 15;
const [d_in, d_sae] = [4, 8];
const tokenAt = (context: number, position: number) => (5 * context + 4 * position) % d_vocab;
const text = Int32Array.from({ length: n_contexts * context_size }, (_, i) =>
  tokenAt(Math.floor(i / context_size), i % context_size),
);
const counted = [...text.entries()]
  .filter(([i, token]) => i % context_size !== 0 && token !== 0)
  .map(([i, token]) => ({
    context: Math.floor(i / context_size),
    position: i % context_size,
    token,
  }));

const W_enc = zeros(d_in, d_sae);
for (let j = 0; j < 3; j++) W_enc.data[j * d_sae + j] = 1;
const random = new Random(0, "toy");
const W_dec = zeros(d_sae, d_in);
for (let i = 0; i < W_dec.data.length; i++) W_dec.data[i] = random.normal();
const sae: Sae = {
  config: { architecture: "topk", d_in, d_sae, k: d_sae },
  W_enc,
  b_enc: zeros(d_sae),
  W_dec,
  b_dec: zeros(d_in),
};

function toyModel(seen: number[] = []): DashboardInput["model"] {
  return {
    activations: async (tokens) => {
      seen.push(tokens.length);
      const x = zeros(tokens.length, d_in);
      for (const [i, v] of tokens.entries())
        x.data.set([v, v === 7 ? 2.5 : 0, v % 2 === 0 ? 1 : 0, -1], i * d_in);
      return x;
    },
    unembed: (): Tensor => ({
      shape: [d_vocab, d_in],
      data: new Float32Array(d_in * d_vocab).fill(1),
    }),
  };
}

let dir: string;
let provenance: Manifest["provenance"];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dashboard-"));
  ({ provenance } = await writeTinyBundle(dir));
  await rm(join(dir, "manifest.json"));
  await saveSae(dir, sae, {
    model_name: "tiny",
    hook_name: "blocks.1.hook_resid_post",
    context_size,
  });
});
afterEach(() => rm(dir, { recursive: true }));

const config = dashboardConfig.parse({
  top_examples: 4,
  intervals: 5,
  interval_examples: 3,
  example_window: 6,
  histogram_bins: 7,
  top_logits: 3,
  nearest: 2,
});

async function run(
  change: Partial<DashboardInput> = {},
  dashboard_tokens = 1e6,
): Promise<Manifest> {
  const tokenizer = join(tmpdir(), `${dir.split("-").at(-1)}-tokenizer.json`);
  const words = { "<|endoftext|>": 0, Once: 1 };
  await writeFile(
    tokenizer,
    JSON.stringify({ model: { vocab: words }, added_tokens: [], decoder: { type: "ByteLevel" } }),
  );
  const { sha256 } = await hashFile(tokenizer);
  try {
    return await dashboard(
      { ...config, dashboard_tokens },
      {
        model: toyModel(),
        hook_name: "blocks.1.hook_resid_post",
        tokens: {
          context_size,
          n_contexts,
          contexts: (a, b) => text.slice(a * context_size, b * context_size),
        },
        policy: { exclude_first_position: true, exclude_token_ids: [0] },
        sae,
        encoder: { encode: (x) => toSparse(encode(sae, x)) },
        dir,
        tokenizer,
        manifest: {
          model_id: "tiny",
          name: "toy",
          provenance: { ...provenance, tokenizer_sha256: sha256 },
        },
        seed: 0,
        threads: 1,
        ...change,
      },
    );
  } finally {
    await rm(tokenizer);
  }
}

async function rows<Row>(table: Table<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const block of readTable(join(dir, table.file), table)) all.push(...block);
  return all;
}

test("seals a bundle that verifies, over the tokens that were counted", async () => {
  const manifest = await run();
  expect(await verifyBundle(dir)).toEqual(manifest);
  expect(manifest.provenance.dashboard_tokens).toBe(counted.length);
  expect(manifest.provenance.token_policy.exclude_token_ids).toEqual([0]);
  expect(await readdir(dir)).not.toContain("activations.tmp");
});

test("sends each context through the model once", async () => {
  const seen: number[] = [];
  await run({ model: toyModel(seen), batch_contexts: 4 });
  expect(seen).toEqual([4 * context_size, 2 * context_size]);
});

test("counts when, and how strongly, a feature fires", async () => {
  await run();
  const [zero, one, two, three] = await rows(tables.features);
  const sevens = counted.filter(({ token }) => token === 7).length;
  expect(zero.n_active).toBe(counted.length);
  expect(zero.density).toBe(1);
  expect(zero.max_activation).toBe(14);
  const mean = counted.reduce((sum, { token }) => sum + token, 0) / counted.length;
  expect(zero.mean_activation).toBeCloseTo(mean, 5);
  // bins of (0, 14] are 2 wide: tokens 1 and 2, 3 and 4, …
  const bins = [0, 0, 0, 0, 0, 0, 0];
  for (const { token } of counted) bins[Math.ceil(token / 2) - 1]++;
  expect(zero.activation_histogram).toEqual(bins);
  expect(one).toMatchObject({ n_active: sevens, max_activation: 2.5, mean_activation: 2.5 });
  expect(one.activation_histogram).toEqual([0, 0, 0, 0, 0, 0, sevens]);
  expect(two.n_active).toBe(counted.filter(({ token }) => token % 2 === 0).length);
  expect(three).toMatchObject({ n_active: 0, density: 0, max_activation: 0, mean_activation: 0 });
});

test("chooses top examples from distinct contexts, and shows the tokens around them", async () => {
  await run();
  const top = (await rows(tables.examples)).filter((e) => e.feature === 0 && e.interval === 0);
  const best = new Map<number, (typeof counted)[number]>();
  for (const place of counted)
    if (place.token > (best.get(place.context)?.token ?? 0)) best.set(place.context, place);
  const expected = [...best.values()].sort((a, b) => b.token - a.token || a.context - b.context);
  expect(top.map(({ context, position }) => [context, position])).toEqual(
    expected.slice(0, 4).map(({ context, position }) => [context, position]),
  );
  for (const { context, window_start, activations, interval_share, rank } of top) {
    expect(interval_share).toBeNull();
    expect(top[rank].context).toBe(context);
    const shown = activations.map((_, i) => window_start + i);
    expect(shown).toHaveLength(6);
    expect(activations).toEqual(shown.map((p) => (p === 0 ? 0 : tokenAt(context, p))));
  }
});

test("samples the intervals, with the share of activations that each holds", async () => {
  await run();
  const examples = await rows(tables.examples);
  // fifths of (0, 14]: 12, 13, 14 | 9, 10, 11 | 6, 7, 8 | 3, 4, 5 | 1, 2
  for (const [interval, [least, most]] of [
    [12, 14],
    [9, 11],
    [6, 8],
    [3, 5],
    [1, 2],
  ].entries()) {
    const inside = counted.filter(({ token }) => token >= least && token <= most);
    const sampled = examples.filter((e) => e.feature === 0 && e.interval === interval + 1);
    expect(sampled.map(({ rank }) => rank)).toEqual([0, 1, 2]);
    for (const { context, position, interval_share } of sampled) {
      expect(interval_share).toBeCloseTo(inside.length / counted.length, 6);
      expect(inside).toContainEqual({ context, position, token: tokenAt(context, position) });
    }
  }
  // every activation of feature 1 is its largest: the lower intervals are empty
  const one = examples.filter((e) => e.feature === 1 && e.interval > 0);
  expect(new Set(one.map((e) => e.interval))).toEqual(new Set([1]));
  expect(one[0]).toMatchObject({ interval_min: 2, interval_max: 2.5, interval_share: 1 });
  expect(examples.some((e) => e.feature >= 3)).toBe(false);
});

test("takes no more text than it is asked to", async () => {
  const { provenance } = await run({}, 2 * context_size);
  expect(provenance.dashboard_tokens).toBe(counted.filter(({ context }) => context < 2).length);
});

test("stores the contexts that are pointed into, and those only", async () => {
  // the datapoints lie in all six contexts, the examples in the first three
  await run({}, 3 * context_size);
  const contexts = await rows(tables.contexts);
  const used = new Set([
    ...(await rows(tables.examples)).map(({ context }) => context),
    ...(await rows(tables.datapoints)).map(({ context }) => context),
  ]);
  expect(contexts.map(({ context }) => context)).toEqual([...used].sort((a, b) => a - b));
  for (const { context, tokens } of contexts)
    expect(tokens).toEqual([...text.slice(context * context_size, (context + 1) * context_size)]);
});

test("does not depend on how many contexts go through the model at a time", async () => {
  const { files } = await run({ batch_contexts: 1 });
  for (const batch_contexts of [4, 6]) expect((await run({ batch_contexts })).files).toEqual(files);
});

test("reports tokens, then features, each from little to all", async () => {
  const seen: Progress[] = [];
  await run({ report: (progress) => seen.push(progress), batch_contexts: 2 });
  expect([...new Set(seen.map(({ unit }) => unit))]).toEqual(["tokens", "features"]);
  for (const unit of ["tokens", "features"]) {
    const shares = seen.filter((progress) => progress.unit === unit).map((p) => p.done / p.total);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  }
});

test.each(["tokens", "features"])(
  "leaves no manifest and no temporary file when it is stopped among the %s",
  async (unit) => {
    const stop = new AbortController();
    const report = (progress: Progress) => progress.unit === unit && stop.abort();
    await expect(run({ signal: stop.signal, report })).rejects.toThrow(/abort/i);
    const left = await readdir(dir);
    expect(left).not.toContain("manifest.json");
    expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  },
);

test("knows no logit effects where the hook is not as wide as the model", async () => {
  const unembed = () => zeros(d_vocab, d_in + 1);
  await run({ model: { ...toyModel(), unembed } });
  const [{ top_logit_tokens, logit_histogram }] = await rows(tables.features);
  expect([top_logit_tokens, logit_histogram]).toEqual([[], []]);
});
