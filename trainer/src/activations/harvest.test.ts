import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BundleError, type Progress, UsageError } from "../bundle/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type HarvestConfig, harvestConfig, hooksOf } from "./config.ts";
import { dtypes } from "./dtype.ts";
import { fakeOrigin } from "./fake-origin.ts";
import { harvest } from "./harvest.ts";
import { openActivations } from "./open-activations.ts";
import { type Origin, planHarvest } from "./plan.ts";
import { type ActivationSource, toBatch } from "./source.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "harvest-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const hook = "blocks.1.hook_resid_post";
const config = harvestConfig.parse({
  hook_name: hook,
  harvest_batch_tokens: 45, // 4 contexts of 10
});
// 19 contexts beside the 3 held out: 5 chunks of 4, 4, 4, 4 and 3
const origin = () => fakeOrigin(22, 10);
const shard_rows = 40; // 2 chunks

const run = async (from: Origin, { changes = {}, ...more }: Changed = {}) => {
  const asked = { ...config, ...changes };
  return harvest(asked, hooksOf(asked), { ...from, dir, report: () => {}, shard_rows, ...more });
};
type Changed = { changes?: Partial<HarvestConfig> } & Record<string, unknown>;

const pair = (hook_name_out: string | null = null) => ({ hook_name: hook, hook_name_out });
const planned = () => planHarvest(config, [hook], origin(), shard_rows);
const firstsOf = (chunks: { first: number }[]) => chunks.map(({ first }) => first);
const inFolder = (name = hook) => readdirSync(join(dir, name)).sort();
const bytesIn = (name = hook) =>
  inFolder(name).map((file) => [file, readFileSync(join(dir, name, file))]);

/** What the fake model has at the counted tokens of contexts. */
function countedRows(contexts: number[]): number[][] {
  const { tokenAt } = origin();
  return contexts.flatMap((context) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
      .map((position) => [context, position, tokenAt(context * 10 + position)])
      .filter(([, , token]) => token !== 0),
  );
}

const contextsOf = (chunks: { first: number; last: number }[]) =>
  chunks.flatMap(({ first, last }) => Array.from({ length: last - first }, (_, i) => first + i));

const toRows = ({ shape: [n, width], data }: Tensor) =>
  Array.from({ length: n }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);

async function allRows(source: ActivationSource): Promise<number[][]> {
  const rows: number[][] = [];
  for (let i = 0; i < source.chunks; i++) {
    const { x } = toBatch(source, await source.chunk(i));
    expect(x.shape).toEqual([source.chunkRows(i), source.d_in]);
    rows.push(...toRows(x));
  }
  expect(rows).toHaveLength(source.rows);
  return rows;
}

describe("a harvest", () => {
  test("holds the counted tokens of all text that is not held out, in blocks in a random order", async () => {
    await run(origin());
    const { chunks } = planned();
    const contexts = contextsOf(chunks);
    expect(contexts.toSorted((a, b) => a - b)).toEqual(contextsOf([{ first: 3, last: 22 }]));
    expect(firstsOf(chunks)).not.toEqual([3, 7, 11, 15, 19]);
    expect(await allRows(await openActivations(dir, pair()))).toEqual(countedRows(contexts));
  });

  test.each(dtypes)("keeps %s, to the bit where the dtype has the number", async (dtype) => {
    const [{ shards }] = await run(origin(), { changes: { activation_dtype: dtype } });
    const rows = await allRows(await openActivations(dir, pair()));
    expect(rows).toEqual(countedRows(contextsOf(planned().chunks)));
    const bytes = dtype === "float32" ? 4 : 2;
    expect(shards.map((shard) => shard.bytes)).toEqual(shards.map(({ rows }) => rows * 3 * bytes));
  });

  test("keeps the first rows of the held-out text beside its shards", async () => {
    await run(origin());
    const { x, y } = await (await openActivations(dir, pair())).heldOut();
    expect(toRows(x)).toEqual(countedRows([0, 1, 2]));
    expect(y).toBe(null);
  });

  test("keeps 4096 held-out rows of a long text", async () => {
    const long = fakeOrigin(620, 10, 600); // 7 or 8 counted of 10 tokens
    await run(long, { shard_rows: 1000 });
    const { x } = await (await openActivations(dir, pair())).heldOut();
    expect(x.shape).toEqual([4096, 3]);
    expect(toRows(x).slice(0, 20)).toEqual(countedRows([0, 1, 2]).slice(0, 20));
  });

  test("says what it was made from and is cut into shards", async () => {
    const [header] = await run(origin());
    expect(header).toMatchObject({
      hook_name: hook,
      width: 3,
      dtype: "bfloat16",
      model: { id: "fake", weights_sha256: "a".repeat(64) },
      engine: "fake (CPU)",
      tokens_sha256: "d".repeat(64),
      token_policy: { exclude_first_position: true, exclude_token_ids: [0] },
    });
    expect(header.shards.map((shard) => shard.chunks)).toEqual([2, 2, 1]);
    expect(inFolder()).toEqual([
      "activations.json",
      "held-out.bf16",
      ...header.shards.map((shard) => shard.file),
    ]);
  });

  test("takes as many tokens as asked, in whole contexts", async () => {
    const [{ chunks }] = await run(origin(), { changes: { harvest_tokens: 51 } });
    expect(contextsOf(chunks).toSorted()).toEqual([3, 4, 5, 6, 7, 8]);
  });

  test("has the model at the next chunks while one is written, and at none once it is stopped", async () => {
    const from = origin();
    const { hooks } = from.model;
    let begun = 0;
    let atWork = 0;
    from.model.hooks = async (...input) => {
      begun++;
      atWork++;
      await setTimeout(5);
      atWork--;
      return hooks(...input);
    };
    const ahead: number[] = [];
    const controller = new AbortController();
    const report = () => {
      ahead.push(begun - ahead.length - 1);
      if (ahead.length === 3) controller.abort(new Error("stopped"));
    };
    await expect(run(from, { report, signal: controller.signal })).rejects.toThrow("stopped");
    expect(Math.min(...ahead)).toBeGreaterThan(0);
    expect(atWork).toBe(0);
  });

  test("reports tokens up to the last, the held-out ones among them", async () => {
    const seen: Progress[] = [];
    await run(origin(), { report: (progress: Progress) => seen.push(progress) });
    const sizes = planned().chunks.map(({ first, last }) => (last - first) * 10);
    expect(seen.map(({ done }, i) => done - (seen[i - 1]?.done ?? 0))).toEqual([30, ...sizes]);
    expect(seen[0]).toMatchObject({ stage: "harvest", total: 220, unit: "tokens" });
  });
});

describe("several hooks", () => {
  const out = "blocks.0.mlp.hook_post";

  test("are harvested in one pass, to the bytes of two", async () => {
    const both = origin();
    await run(both, { changes: { hook_name_out: out } });
    expect(both.calls).toEqual([0, ...firstsOf(planned().chunks)]);
    const together = [bytesIn(hook), bytesIn(out)];
    rmSync(dir, { recursive: true });

    await run(origin());
    const second = origin();
    await run(second, { changes: { hook_name: out } }); // beside the first
    expect([bytesIn(hook), bytesIn(out)]).toEqual(together);
  });

  test("give a transcoder's x and y row for row", async () => {
    await run(origin(), { changes: { hook_name_out: out } });
    const source = await openActivations(dir, pair(out));
    expect([source.d_in, source.d_out]).toEqual([3, 5]);
    const batches = [await source.heldOut()];
    for (let i = 0; i < source.chunks; i++) batches.push(toBatch(source, await source.chunk(i)));
    for (const { x, y } of batches)
      expect(toRows(y as Tensor)).toEqual(
        toRows(x).map((row) => [...row.map((value) => -value), 0, 0]),
      );
  });

  test("that are there already are not harvested again", async () => {
    await run(origin());
    const before = bytesIn();
    const second = origin();
    const asked: string[][] = [];
    const { hooks } = second.model;
    second.model.hooks = async (tokens, shape, names) => {
      asked.push(names);
      return hooks(tokens, shape, names);
    };
    await run(second, { changes: { hook_name_out: out } });
    expect(asked).toEqual(Array(6).fill([out]));
    expect(bytesIn()).toEqual(before);
  });

  test("of different tokens are not put together", async () => {
    await run(origin());
    await run(origin(), { changes: { hook_name: out, harvest_tokens: 51 } });
    await expect(openActivations(dir, pair(out))).rejects.toThrow("are of different tokens");
  });
});

describe("a harvest that was stopped", () => {
  const stopAfter = async (chunks: number, changes: Partial<HarvestConfig> = {}) => {
    const controller = new AbortController();
    let done = 0;
    const report = () => {
      if (++done === chunks) controller.abort(new Error("stopped"));
    };
    const stopped = run(origin(), { report, signal: controller.signal, changes });
    await expect(stopped).rejects.toThrow("stopped");
  };

  test("goes on after its last whole shard and ends with the same bytes", async () => {
    await run(origin());
    const whole = bytesIn();
    rmSync(dir, { recursive: true });

    await stopAfter(4); // the held-out chunk and three others
    expect(inFolder()).toEqual(["harvest.json", "held-out.bf16", "shard-00000.bf16"]);
    writeFileSync(join(dir, hook, "shard-00001.bf16.tmp"), "what a killed process leaves");
    const second = origin();
    await run(second);
    expect(second.calls).toEqual(firstsOf(planned().chunks.slice(2)));
    expect(bytesIn()).toEqual(whole);
  });

  test("writes again what one of its hooks lacks", async () => {
    const changes = { hook_name_out: "blocks.0.hook_resid_post" };
    await stopAfter(4, changes);
    rmSync(join(dir, changes.hook_name_out, "shard-00000.bf16"));
    const second = origin();
    await run(second, { changes });
    expect(second.calls).toEqual(firstsOf(planned().chunks));
  });

  test("starts anew when asked for something else", async () => {
    await stopAfter(4);
    const second = origin();
    const [header] = await run(second, { changes: { exclude_first_position: false } });
    expect(second.calls).toHaveLength(6);
    expect(await allRows(await openActivations(dir, pair()))).toHaveLength(header.rows);
  });

  test("does not go on with another engine, whose rounding would be mixed in", async () => {
    await stopAfter(4);
    const before = inFolder();
    const other = origin();
    const refused = run({ ...other, model: { ...other.model, engine: "fake (GPU)" } });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("was begun with fake (CPU) (now fake (GPU))");
    expect(inFolder()).toEqual(before);
    rmSync(join(dir, hook, "harvest.json"));
    await run({ ...other, model: { ...other.model, engine: "fake (GPU)" } });
    expect(other.calls).toHaveLength(6);
  });

  test("is not opened", async () => {
    await stopAfter(4);
    await expect(openActivations(dir, pair())).rejects.toThrow(BundleError);
  });
});

describe("refuses", () => {
  const spoilt = (value: number) => {
    const from = origin();
    const hooks: Origin["model"]["hooks"] = async (...input) => {
      const found = await from.model.hooks(...input);
      if (found[hook].data[0] === 15) found[hook].data[3 * 11 + 1] = value; // context 16, position 1
      return found;
    };
    return { ...from, model: { ...from.model, hooks } };
  };

  test.each([
    [NaN, "bfloat16", "the model's arithmetic overflows"],
    [Infinity, "float32", "the model's arithmetic overflows"],
    [70000, "float16", "more than float16 holds: take another activation_dtype"],
  ] as const)("an activation that is %d, naming shard and row", async (value, dtype, why) => {
    const { shards } = planned();
    const shard = shards.findIndex(({ chunks }) => chunks.some(({ first }) => first === 15));
    const { chunks } = shards[shard];
    const before = chunks.slice(0, firstsOf(chunks).indexOf(15));
    const row = countedRows([...contextsOf(before), 15]).length;
    const extension = { bfloat16: "bf16", float32: "f32", float16: "f16" }[dtype];

    const refused = run(spoilt(value), { changes: { activation_dtype: dtype } });
    await expect(refused).rejects.toThrow(BundleError);
    await expect(refused).rejects.toThrow(
      `shard-0000${shard}.${extension}, row ${row}: ${hook} is ${value} there (contexts 15 to 18 of the text); ${why}`,
    );
    expect(existsSync(join(dir, hook, "activations.json"))).toBe(false);
  });

  test("more tokens than there are, in one sentence", async () => {
    const refused = run(origin(), { changes: { harvest_tokens: 500 } });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      "the text holds 190 tokens beside the 30 held out (expected 500)",
    );
  });

  test("a layer that the model does not have", async () => {
    const refused = run(origin(), { changes: { hook_name: "blocks.2.hook_resid_post" } });
    await expect(refused).rejects.toThrow("no layer 2 (expected 0 to 1)");
  });

  test("a folder that holds another harvest", async () => {
    await run(origin());
    const refused = run(origin(), { changes: { activation_dtype: "float16" } });
    await expect(refused).rejects.toThrow(
      `${join(dir, hook)}: holds activations of something else`,
    );
  });

  test("a disk without room for it, before any work", async () => {
    const from = origin();
    const config_ = { ...from.model.config, d_model: 2 ** 50 };
    const refused = run({ ...from, model: { ...from.model, config: config_ } });
    await expect(refused).rejects.toThrow(/no space for the activations: .* GB are needed/);
    expect(from.calls).toEqual([]);
  });

  test.runIf(existsSync("/dev/full"))("to go on when the disk fills up; then it does", async () => {
    let written = 0;
    const refused = run(origin(), {
      report() {
        if (++written === 3) symlinkSync("/dev/full", join(dir, hook, "shard-00001.bf16.tmp"));
      },
    });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("no space for the activations: the disk filled up");
    expect(inFolder()).toEqual(["harvest.json", "held-out.bf16", "shard-00000.bf16"]);
    await run(origin());
    expect(inFolder()).toContain("activations.json");
  });

  test("a shard that was cut short, and one with another byte", async () => {
    await run(origin());
    const path = join(dir, hook, "shard-00001.bf16");
    const bytes = readFileSync(path);
    truncateSync(path, bytes.length - 4);
    await expect(openActivations(dir, pair())).rejects.toThrow(
      `shard-00001.bf16: ${bytes.length - 4} bytes (expected ${bytes.length} bytes)`,
    );
    bytes[7] ^= 1;
    writeFileSync(path, bytes);
    const source = await openActivations(dir, pair());
    await expect(source.chunk(0)).resolves.toBeDefined();
    await expect(source.chunk(2)).rejects.toThrow("shard-00001.bf16: sha256");
  });
});
