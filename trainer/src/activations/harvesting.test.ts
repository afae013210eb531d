import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../bundle/index.ts";
import { harvestConfig } from "./config.ts";
import { fakeOrigin } from "./fake-origin.ts";
import { beginHarvest, harvest } from "./harvest.ts";
import { openActivations } from "./open-activations.ts";
import type { Origin } from "./plan.ts";
import { shuffled } from "./shuffled.ts";
import type { ActivationSource, Batch } from "./source.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "harvesting-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const hooks = { hook_name: "blocks.1.hook_resid_post", hook_name_out: "blocks.0.mlp.hook_post" };
const names = Object.values(hooks);
const config = harvestConfig.parse({ harvest_batch_tokens: 45 });
// 39 contexts beside the 3 held out: 10 chunks of 4 (the last of 3), 5 shards
const origin = () => fakeOrigin(42, 10);
const input = (from: Origin, more: object = {}) => ({
  ...from,
  dir,
  report() {},
  shard_rows: 40,
  ...more,
});
const inFolder = (name: string) => readdirSync(join(dir, name)).sort();

/** A model that gives nothing before `let_go` is called. */
function heldModel() {
  const from = origin();
  let let_go = () => {};
  const held = new Promise<void>((resolve) => {
    let_go = resolve;
  });
  const model: Origin["model"] = {
    ...from.model,
    async hooks(tokens, shape, wanted) {
      const found = await from.model.hooks(tokens, shape, wanted);
      if (from.calls.length > 6) await held; // the held-out chunk and the first five are let through
      return found;
    },
  };
  return { from: { ...from, model }, let_go };
}

async function batchesOf(
  source: ActivationSource,
  count: number,
  buffer_rows = 70,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of shuffled(source, { seed: 5, batch: 16, buffer_rows }, 0)) {
    batches.push(batch);
    if (batches.length === count) break;
  }
  return batches;
}

/** Batches of three epochs, from activations that were harvested before. */
async function expectedBatches(): Promise<Batch[]> {
  const whole = mkdtempSync(join(tmpdir(), "harvested-"));
  try {
    await harvest(config, names, { ...input(origin()), dir: whole });
    return await batchesOf(await openActivations(whole, hooks), 60);
  } finally {
    rmSync(whole, { recursive: true });
  }
}

describe("while a harvest goes on", () => {
  test("its source gives, to the bit, the batches that it gives afterwards", async () => {
    const from = origin();
    const slow: Origin["model"]["hooks"] = async (...asked) => {
      await setTimeout(3);
      return from.model.hooks(...asked);
    };
    const model = { ...from.model, hooks: slow };
    const harvesting = await beginHarvest(config, names, input({ ...from, model }));
    const batches = await batchesOf(await harvesting.source(hooks), 60);
    await harvesting.finished;
    expect(batches).toEqual(await expectedBatches());
  });

  test("what is there can be used, and what is not is waited for", async () => {
    const { from, let_go } = heldModel();
    const harvesting = await beginHarvest(config, names, input(from));
    const source = await harvesting.source(hooks);
    // 30 tokens without three first ones and the special tokens 3, 17 and 24
    expect((await source.heldOut()).x.shape).toEqual([24, 3]);
    expect((await source.chunk(1)).x).toHaveLength(source.chunkRows(1) * 3 * 2);
    let isThere = false;
    const last = source.chunk(9).then(() => {
      isThere = true;
    });
    await setTimeout(10);
    expect(isThere).toBe(false);
    let_go();
    await last;
    await harvesting.finished;
  });

  test("a buffer of many chunks of two hooks is waited for without a warning", async () => {
    const warnings: string[] = [];
    const warn = ({ message }: Error) => warnings.push(message);
    process.on("warning", warn);
    const { from, let_go } = heldModel();
    const harvesting = await beginHarvest(config, names, input(from));
    const batches = batchesOf(await harvesting.source(hooks), 60, 1000);
    await setTimeout(10);
    let_go();
    await batches;
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  test("who waits for what will never come hears why", async () => {
    const { from, let_go } = heldModel();
    const controller = new AbortController();
    const { signal } = controller;
    const harvesting = await beginHarvest(config, names, input(from, { signal }));
    const source = await harvesting.source(hooks);
    const waiting = expect(source.chunk(9)).rejects.toThrow("stopped");
    controller.abort(new Error("stopped"));
    let_go();
    await waiting;
    await expect(harvesting.finished).rejects.toThrow("stopped");
    await expect(source.chunk(9)).rejects.toThrow("stopped");
  });

  test.runIf(existsSync("/dev/full"))("a full disk is what they hear", async () => {
    const report = ({ done }: { done: number }) => {
      const path = join(dir, names[0], "shard-00002.bf16.tmp");
      if (done === 110) symlinkSync("/dev/full", path);
    };
    const harvesting = await beginHarvest(config, names, input(origin(), { report }));
    const source = await harvesting.source(hooks);
    await expect(source.chunk(9)).rejects.toThrow("the disk filled up; make room and go on");
    await expect(harvesting.finished).rejects.toThrow(UsageError);
  });
});

describe("with a limit to what is kept", () => {
  // a row is 3 and 5 numbers of 2 bytes, so this is room for two shards of 63 to 67 rows and no third
  const most_bytes = 140 * 16;
  const chunksIn = async (source: ActivationSource, from: number) => {
    for (let i = from; i < source.chunks; i++) await source.chunk(i);
  };

  test("the first shards are on disk, and the rest is computed when it is read", async () => {
    const from = origin();
    const harvesting = await beginHarvest(config, names, input(from, { most_bytes }));
    await harvesting.finished;
    const { kept, plan } = harvesting;
    const [rows, of_rows] = [plan.shards.slice(0, 2), plan.shards].map((shards) =>
      shards.reduce((sum, shard) => sum + shard.rows, 0),
    );
    expect(kept).toEqual({ rows, of_rows, bytes: rows * 16, of_bytes: of_rows * 16 });
    for (const name of names)
      expect(inFolder(name)).toEqual([
        "activations.json",
        "held-out.bf16",
        "shard-00000.bf16",
        "shard-00001.bf16",
      ]);
    expect(from.calls).toHaveLength(1 + 4);
    const source = await harvesting.source(hooks);
    await chunksIn(source, 0);
    expect(from.calls).toHaveLength(1 + 10);
  });

  test.each([0, most_bytes])(
    "batches are those of a whole harvest, to the bit (%d bytes)",
    async (most) => {
      const harvesting = await beginHarvest(config, names, input(origin(), { most_bytes: most }));
      const expected = await expectedBatches();
      expect(await batchesOf(await harvesting.source(hooks), 60)).toEqual(expected);
      const later = await openActivations(dir, hooks, origin());
      expect(await batchesOf(later, 60)).toEqual(expected);
      await harvesting.finished;
    },
  );

  test("sources that are read side by side share the passes over the model", async () => {
    const from = origin();
    const harvesting = await beginHarvest(config, names, input(from, { most_bytes: 0 }));
    await harvesting.finished;
    const sources = [
      await harvesting.source(hooks),
      await harvesting.source({ ...hooks, hook_name_out: null }),
      await harvesting.source({ hook_name: hooks.hook_name_out, hook_name_out: null }),
    ];
    from.calls.length = 0;
    const epoch = Math.floor((sources[0]?.rows ?? 0) / 16);
    const batches = await Promise.all(sources.map((source) => batchesOf(source, epoch)));
    expect(from.calls.length).toBeLessThanOrEqual(10 + 7); // an epoch, and a buffer that was begun
    const [both, x, y] = batches.map((of) => of.map((batch) => batch.x.data));
    expect(x).toEqual(both);
    expect(y).toEqual(batches[0]?.map((batch) => batch.y?.data));
  });

  test("activations are not opened without the model, or with another", async () => {
    await harvest(config, names, input(origin(), { most_bytes }));
    await expect(openActivations(dir, hooks)).rejects.toThrow("the rest needs the model");
    const other = origin();
    const model = { ...other.model, engine: "fake (GPU)" };
    await expect(openActivations(dir, hooks, { ...other, model })).rejects.toThrow(
      "would come from another engine: fake (GPU) (expected fake (CPU))",
    );
    await expect(beginHarvest(config, names, input({ ...other, model }))).rejects.toThrow(
      "would come from another engine",
    );
  });

  test("a harvest that goes on under another limit keeps what that says", async () => {
    const stopped = async (shards: number, limit?: number) => {
      const controller = new AbortController();
      const report = () => {
        if (existsSync(join(dir, names[1], `shard-0000${shards}.bf16`))) controller.abort();
      };
      const more = { most_bytes: limit, signal: controller.signal, report };
      await expect(harvest(config, names, input(origin(), more))).rejects.toThrow("abort");
    };
    await stopped(3);
    expect(inFolder(names[0])).toContain("shard-00003.bf16");
    const from = origin();
    const [header] = await harvest(config, names, input(from, { most_bytes }));
    expect(from.calls).toEqual([]);
    expect(inFolder(names[0])).not.toContain("shard-00002.bf16");
    expect(header.shards).toHaveLength(2);
  });
});
