import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BundleError } from "../bundle/errors.ts";
import { readSafetensors, type StoredArray, writeSafetensors } from "../tensor/safetensors.ts";
import { loadModel } from "./model.ts";

const tiny = join(import.meta.dirname, "../../fixtures/model/tiny-parallel");

describe("model.safetensors", () => {
  let dir: string;
  const gain = "gpt_neox.layers.1.input_layernorm.weight";
  const save = (change: (tensors: Record<string, StoredArray>) => void) => {
    const file = readSafetensors(join(tiny, "model.safetensors"));
    const tensors: Record<string, StoredArray> = Object.fromEntries(
      file.names.map((name) => [name, file.tensor(name)]),
    );
    file.close();
    change(tensors);
    writeSafetensors(join(dir, "model.safetensors"), tensors);
  };
  const putInGain = (value: number) => (tensors: Record<string, StoredArray>) => {
    tensors[gain].data[5] = value;
  };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "model-"));
  });
  beforeEach(() => copyFileSync(join(tiny, "config.json"), join(dir, "config.json")));
  afterAll(() => rmSync(dir, { recursive: true }));

  test.each<[string, (tensors: Record<string, StoredArray>) => void, string]>([
    ["a missing tensor", (t) => delete t[gain], `${gain} is missing (expected [60])`],
    [
      "a tensor of another shape",
      (t) => {
        t[gain] = { shape: [59], data: new Float32Array(59) };
      },
      `${gain} has shape [59] (expected [60])`,
    ],
    ["a number that is none", putInGain(NaN), `${gain} holds NaN at index 5`],
    ["an infinite number", putInGain(Infinity), `${gain} holds Infinity at index 5`],
    [
      "a tensor of another model",
      (t) => {
        t["gpt_neox.layers.3.input_layernorm.weight"] = t[gain];
      },
      "gpt_neox.layers.3.input_layernorm.weight [60] has no place",
    ],
  ])("%s is refused, naming the tensor", async (_, change, message) => {
    save(change);
    const loading = loadModel(dir, { threads: 1 });
    await expect(loading).rejects.toThrow(BundleError);
    await expect(loading).rejects.toThrow(message);
  });

  test("the buffers that older checkpoints carry are passed over", async () => {
    save((t) => {
      t["gpt_neox.layers.0.attention.masked_bias"] = { shape: [], data: Float32Array.of(-1e9) };
    });
    const model = await loadModel(dir, { threads: 1, id: "older" });
    expect(model.config.id).toBe("older");
    expect(model.weights_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("is asked for when it is not there", async () => {
    rmSync(join(dir, "model.safetensors"), { force: true });
    await expect(loadModel(dir, { threads: 1 })).rejects.toThrow("model.safetensors: there is no");
    writeFileSync(join(dir, "model.safetensors.index.json"), "{}");
    await expect(loadModel(dir, { threads: 1 })).rejects.toThrow("in several files");
  });
});

test("a folder without config.json is not a model's", async () => {
  await expect(loadModel(tmpdir(), { threads: 1 })).rejects.toThrow("is it a model's folder?");
});
