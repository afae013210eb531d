import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import { loadModel } from "./model.ts";

const root = join(import.meta.dirname, "../..");
const model = await loadModel(join(root, "embedded/model"), { threads: 2, id: "stories-2m" });

test("every hook and the logits are those of transformers, within 1.1e-6 of the largest", async () => {
  const golden = readSafetensors(join(root, "fixtures/model/stories-2m.safetensors"));
  const { shape, data } = golden.array("tokens");
  const [n, context_size] = shape;
  const names = golden.names.filter((name) => !/^(halved|tokens|ce|logits)/.test(name));
  expect(names).toHaveLength(1 + 1 + 6 * 4 + 1);
  const found = await model.hooks(data as Int32Array, [n, context_size], [...names, "logits"]);
  for (const name of names)
    expect(maxRelativeDifference(found[name], golden.tensor(name)), name).toBeLessThan(3e-6);

  const { d_vocab } = model.config;
  const kept = [0, 9, 19, 20, 29, 39].flatMap((row) => [
    ...found.logits.data.subarray(row * d_vocab, (row + 1) * d_vocab),
  ]);
  expect(
    maxRelativeDifference({ data: Float32Array.from(kept) }, golden.tensor("logits")),
  ).toBeLessThan(3e-6);
});

// 2.2 s of processor time
const timeout = 60_000;
test("cross-entropy on the text held out of its training is 2.3645 over 20,400 predictions", {
  timeout,
}, async () => {
  const bytes = readFileSync(join(root, "fixtures/model/stories-2m-tokens.bin"));
  const tokens = Int32Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, 80 * 256));
  const hook = "blocks.3.hook_resid_post";
  let [sum, predictions] = [0, 0];
  for (let row = 0; row < 80; row += 16) {
    const batch = tokens.slice(row * 256, (row + 16) * 256);
    const { ce } = await model.splice(batch, 16, hook, await model.activations(batch, 16, hook));
    for (const value of ce) sum += value;
    predictions += ce.length;
  }
  expect(predictions).toBe(20_400);
  expect(sum / predictions).toBeCloseTo(2.364549, 5);
});
