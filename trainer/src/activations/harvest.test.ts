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
import { harvestConfig } from "./config.ts";
import { fakeOrigin } from "./fake-origin.ts";
import { harvest } from "./harvest.ts";
import { modelActivations } from "./model-activations.ts";
import { openActivations } from "./open-activations.ts";
import type { Origin } from "./plan.ts";
import { type ActivationSource, shuffled } from "./source.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "harvest-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const config = harvestConfig.parse({
  hook_name: "blocks.1.hook_resid_post",
  harvest_batch_tokens: 45, // 4 contexts of 10
});
// 19 contexts beside the 3 held out: 5 chunks of 4, 4, 4, 4 and 3
const origin = () => fakeOrigin(22, 10);
const run = (from: Origin, more: object = {}) =>
  harvest(config, { ...from, dir, report: () => {}, shard_bytes: 600, ...more });

async function allRows(source: ActivationSource): Promise<number[][]> {
  const rows: number[][] = [];
  for (let i = 0; i < source.chunks; i++) {
    const { x } = await source.chunk(i);
    expect(x).toHaveLength(source.chunkRows(i) * 3);
    for (let at = 0; at < x.length; at += 3) rows.push([...x.subarray(at, at + 3)]);
  }
  expect(rows).toHaveLength(source.rows);
  return rows;
}

describe("a harvest", () => {
  test("holds the counted tokens of the text that is not held out, in order", async () => {
    const from = origin();
    await run(from);
    const expected: number[][] = [];
    for (let context = 3; context < 22; context++)
      for (let position = 1; position < 10; position++) {
        const token = from.tokenAt(context * 10 + position);
        if (token !== 0) expected.push([context, position, token]);
      }
    expect(await allRows(await openActivations(dir))).toEqual(expected);
  });

  test("gives the batches that the model gives without it, bit for bit", async () => {
    await run(origin());
    const options = { seed: 5, batch: 8, buffer_rows: 70 };
    const fromDisk = shuffled(await openActivations(dir), options, 3);
    const fromModel = shuffled(modelActivations(config, origin()), options, 3);
    for (let i = 0; i < 40; i++)
      expect((await fromDisk.next()).value).toEqual((await fromModel.next()).value);
  });

  test("says what it was made from and is cut into shards", async () => {
    const header = await run(origin());
    expect(header).toMatchObject({
      hook_name: "blocks.1.hook_resid_post",
      d_in: 3,
      model: { id: "fake", weights_sha256: "a".repeat(64) },
      engine: "fake (CPU)",
      tokens_sha256: "d".repeat(64),
      token_policy: { exclude_first_position: true, exclude_token_ids: [0] },
    });
    expect(header.shards.map((shard) => shard.chunks)).toEqual([2, 2, 1]);
    expect(readdirSync(dir).sort()).toEqual([
      "activations.json",
      ...header.shards.map((shard) => shard.file),
    ]);
  });

  test("takes as many tokens as asked, in whole contexts", async () => {
    const some = await harvest(
      { ...config, harvest_tokens: 51 },
      { ...origin(), dir, report() {} },
    );
    expect(some.chunks.at(-1)?.last).toBe(3 + 6);
  });

  test("has the model at the next chunk while one is written, and at none once it is stopped", async () => {
    const from = origin();
    const { activations } = from.model;
    let atWork = 0;
    from.model.activations = async (...input) => {
      atWork++;
      await setTimeout(5);
      atWork--;
      return activations(...input);
    };
    const atReports: number[] = [];
    const controller = new AbortController();
    const report = () => {
      atReports.push(atWork);
      if (atReports.length === 3) controller.abort(new Error("stopped"));
    };
    await expect(run(from, { report, signal: controller.signal })).rejects.toThrow("stopped");
    expect(atReports).toEqual([1, 1, 1]);
    expect(atWork).toBe(0);
  });

  test("reports tokens up to the last", async () => {
    const seen: Progress[] = [];
    await run(origin(), { report: (progress: Progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([40, 80, 120, 160, 190]);
    expect(seen[0]).toMatchObject({ stage: "harvest", total: 190, unit: "tokens" });
  });
});

describe("a harvest that was stopped", () => {
  const stopAfter = async (chunks: number) => {
    const controller = new AbortController();
    let done = 0;
    const report = () => {
      if (++done === chunks) controller.abort(new Error("stopped"));
    };
    await expect(run(origin(), { report, signal: controller.signal })).rejects.toThrow("stopped");
  };

  test("goes on after its last whole shard and ends with the same bytes", async () => {
    await run(origin());
    const whole = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))]);
    rmSync(dir, { recursive: true });

    await stopAfter(3);
    expect(readdirSync(dir).sort()).toEqual(["harvest.json", "shard-00000.f32"]);
    writeFileSync(join(dir, "shard-00001.f32.tmp"), "what a killed process leaves");
    const second = origin();
    await run(second);
    expect(second.calls).toEqual([11, 15, 19]);
    expect(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))])).toEqual(whole);
  });

  test("starts anew when asked for something else", async () => {
    await stopAfter(3);
    const second = origin();
    const header = await harvest(
      { ...config, exclude_first_position: false },
      { ...second, dir, report() {}, shard_bytes: 600 },
    );
    expect(second.calls).toEqual([3, 7, 11, 15, 19]);
    expect(await allRows(await openActivations(dir))).toHaveLength(header.rows);
  });

  test("does not go on with another engine, whose rounding would be mixed in", async () => {
    await stopAfter(3);
    const before = readdirSync(dir);
    const other = origin();
    const refused = run({ ...other, model: { ...other.model, engine: "fake (GPU)" } });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("was begun with fake (CPU) (now fake (GPU))");
    expect(readdirSync(dir)).toEqual(before);
    rmSync(join(dir, "harvest.json"));
    await run({ ...other, model: { ...other.model, engine: "fake (GPU)" } });
    expect(other.calls).toEqual([3, 7, 11, 15, 19]);
  });

  test("is not opened", async () => {
    await stopAfter(3);
    await expect(openActivations(dir)).rejects.toThrow(BundleError);
  });
});

describe("refuses", () => {
  test.each([NaN, Infinity])("an activation that is %d, naming shard and row", async (value) => {
    const from = origin();
    const activations: Origin["model"]["activations"] = async (tokens, n) => {
      const x = await from.model.activations(tokens, n);
      if (x.data[0] === 15) x.data[3 * 11 + 1] = value; // context 16, position 1: the chunk's row 8
      return x;
    };
    const refused = run({ ...from, model: { ...from.model, activations } });
    await expect(refused).rejects.toThrow(BundleError);
    const rowsBefore = modelActivations(config, origin()).chunkRows(2);
    await expect(refused).rejects.toThrow(
      `shard-00001.f32, row ${rowsBefore + countedIn(15)}: blocks.1.hook_resid_post is ${value} there (contexts 15 to 18`,
    );
    expect(existsSync(join(dir, "activations.json"))).toBe(false);
  });

  test("more tokens than there are, in one sentence", async () => {
    const asked = { ...config, harvest_tokens: 500 };
    const refused = harvest(asked, { ...origin(), dir, report() {} });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      "the text holds 190 tokens beside the 30 held out (expected 500)",
    );
  });

  test("a layer that the model does not have", async () => {
    const asked = { ...config, hook_name: "blocks.2.hook_resid_post" };
    await expect(harvest(asked, { ...origin(), dir, report() {} })).rejects.toThrow(
      "no layer 2 (expected 0 to 1)",
    );
  });

  test("a disk without room for it, before any work", async () => {
    const from = origin();
    const config_ = { ...from.model.config, d_model: 2 ** 50 };
    const refused = run({ ...from, model: { ...from.model, config: config_ } });
    await expect(refused).rejects.toThrow(/no space for the activations: .* GB are needed/);
    expect(from.calls).toEqual([]);
  });

  test.runIf(existsSync("/dev/full"))("to go on when the disk fills up", async () => {
    const refused = run(origin(), {
      report({ done }: Progress) {
        if (done === 80) symlinkSync("/dev/full", join(dir, "shard-00001.f32.tmp"));
      },
    });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("no space for the activations: the disk filled up");
    expect(readdirSync(dir).sort()).toEqual(["harvest.json", "shard-00000.f32"]);
  });

  test("a shard that was cut short, and one with another byte", async () => {
    await run(origin());
    const path = join(dir, "shard-00001.f32");
    const bytes = readFileSync(path);
    truncateSync(path, bytes.length - 4);
    await expect(openActivations(dir)).rejects.toThrow(
      `shard-00001.f32: ${bytes.length - 4} bytes (expected ${bytes.length} bytes)`,
    );
    bytes[7] ^= 1;
    writeFileSync(path, bytes);
    const source = await openActivations(dir);
    await expect(source.chunk(0)).resolves.toBeDefined();
    await expect(source.chunk(2)).rejects.toThrow("shard-00001.f32: sha256");
  });
});

/** Counted tokens of one context. */
function countedIn(context: number): number {
  const { tokenAt } = origin();
  return [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((i) => tokenAt(context * 10 + i) !== 0).length;
}
