import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { eagerEngine } from "../eager-engine.ts";
import type { EngineInput } from "../engine.ts";
import { goldenNames, openGolden } from "../golden-cases.ts";
import { openModel } from "../open-model.ts";
import { referenceOps } from "../reference-ops.ts";
import { onnxEngine } from "./engine.ts";
import { OnnxGraph } from "./graph.ts";
import { hooksGraph } from "./graphs.ts";
import { Sessions } from "./sessions.ts";

describe("graphs for GPUs, run on the processor,", () => {
  test.each(goldenNames)("compute %s too, with attention written out", async (name) => {
    const { input, batch, tokens, names, expected } = await openGolden(name);
    const sessions = new Sessions(1, "cpu");
    const source = { ...input, provider: "cuda", context_size: batch.context_size } as const;
    const shape = [tokens.length];
    const positions = tokens.map((_, i) => i % batch.context_size);
    const feeds = { tokens: { shape, data: tokens }, positions: { shape, data: positions } };
    const found = await sessions.run(
      "hooks",
      () => hooksGraph(source, names),
      (input) => feeds[input as keyof typeof feeds],
    );
    await sessions.dispose();
    for (const name of names)
      expect(maxRelativeDifference({ data: found[name] }, expected(name)), name).toBeLessThan(3e-6);
  });
});

test("contexts of several blocks of queries are computed as in plain loops", async () => {
  const input = await openModel(join(import.meta.dirname, "../../../embedded/model"));
  const batch = { contexts: 2, context_size: 150 };
  const tokens = Int32Array.from({ length: 300 }, (_, i) => (i * 733) % input.config.d_vocab);
  const names = ["blocks.1.attn.hook_z", "blocks.1.hook_resid_post"];
  const found = await onnxEngine(input, 2).hooks(batch, tokens, names);
  const plain = await plainEngine(input).hooks(batch, tokens, names);
  for (const name of names)
    expect(maxRelativeDifference({ data: found[name] }, { data: plain[name] })).toBeLessThan(1e-6);
});

test("weights are read through links into another folder, as in a hub's cache", async () => {
  const { dir, input, batch, tokens } = await openGolden("tiny-llama");
  const cache = mkdtempSync(join(tmpdir(), "links-"));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  const [blobs, snapshot] = ["blobs", "snapshots"].map((name) => join(cache, name));
  for (const folder of [blobs, snapshot]) mkdirSync(folder);
  for (const name of readdirSync(dir)) {
    copyFileSync(join(dir, name), join(blobs, name));
    symlinkSync(join("..", "blobs", name), join(snapshot, name));
  }
  const hook = "blocks.1.hook_resid_post";
  const [linked, plain] = await Promise.all(
    [await openModel(snapshot), input].map((model) =>
      onnxEngine(model, 1).hooks(batch, tokens, [hook]),
    ),
  );
  expect(linked).toEqual(plain);
});

describe("sessions", () => {
  test("refuse a graph that cannot be, and make the next one", async () => {
    const sessions = new Sessions(1, "cpu");
    const x = { shape: [2], data: Float32Array.of(1, -2) };
    const run = (operation: string) =>
      sessions.run(
        operation,
        () => {
          const graph = new OnnxGraph();
          return { graph, outputs: [["y", graph.node(operation, [graph.input("x", [2])])]] };
        },
        () => x,
      );
    await expect(run("Nonsense")).rejects.toThrow("Nonsense");
    expect(await run("Neg")).toEqual({ y: Float32Array.of(-1, 2) });
    await sessions.dispose();
  });

  const onX64 = test.runIf(process.arch === "x64");
  onX64("take denormal numbers as zero, and leave those of the caller's thread alone", async () => {
    const sessions = new Sessions(1, "cpu");
    const x = { shape: [1], data: Float32Array.of(1e-39) };
    const { y } = await sessions.run(
      "sum",
      () => {
        const graph = new OnnxGraph();
        const input = graph.input("x", [1]);
        return { graph, outputs: [["y", graph.node("Add", [input, input])]] };
      },
      () => x,
    );
    await sessions.dispose();
    expect(y[0]).toBe(0);
    expect(x.data[0] + x.data[0]).toBeGreaterThan(0);
  });
});

function plainEngine(input: EngineInput) {
  return eagerEngine(
    "plain loops",
    input,
    (batch) => referenceOps(input.weights.get, { ...batch, ...input.config }),
    async () => {},
  );
}
