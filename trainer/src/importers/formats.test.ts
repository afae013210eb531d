import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ReadingKey, reading, unsaid } from "../bundle/index.ts";
import { decode, encode } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Foreign } from "./foreign.ts";
import { findDictionaries } from "./formats.ts";
import { openInput } from "./input.ts";
import { toSae } from "./to-sae.ts";

const root = join(import.meta.dirname, "../../fixtures/foreign");

/** What a fixture leaves to be given. */
const asked: Record<string, ReadingKey[]> = {};

describe("what other systems' own classes make of their files is what is made of them here", () => {
  const saelens = ["standard", "standard-float16", "standard-bfloat16", "standard-float64"]
    .concat("unsubtracted", "layer_norm", "constant_norm", "gated", "jumprelu", "topk")
    .concat("topk-rescaled", "hook_z", "transcoder", "skip_transcoder", "jumprelu_transcoder")
    .concat("jumprelu_skip_transcoder", "batchtopk", "batchtopk-checkpoint", "matryoshka_batchtopk")
    .concat(
      "matryoshka_batchtopk-checkpoint",
      "v3",
      "v3-scaled",
      "v4-topk",
      "v5-gated",
      "v5-jumprelu",
    )
    .map((name) => `saelens/${name}`);

  test.each([...saelens])("%s", async (path) => {
    const [found, ...others] = await find(path);
    expect(others).toEqual([]);
    expect(unsaid(found.described.reading)).toEqual(asked[path] ?? []);
    expectSame(found, path);
  });
});

async function find(path: string): Promise<Foreign[]> {
  const input = await openInput(join(root, path));
  return findDictionaries(input);
}

/** Its activations and x̂ of the vectors in expected.json are those that stand there. */
function expectSame(found: Foreign, path: string, given: object = {}): void {
  const { x, acts, x_hat } = JSON.parse(readFileSync(join(root, path, "expected.json"), "utf8"));
  const sae = toSae(found, reading.parse({ ...found.described.reading, ...given }));
  const ours = encode(sae, matrix(x));
  expectClose(ours, matrix(acts));
  expectClose(decode(sae, ours, matrix(x)), matrix(x_hat));
}

function expectClose(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const off = found.data.map((value, at) => Math.abs(value - expected.data[at]));
  expect(Math.max(...off)).toBeLessThan(1e-5);
}

function matrix(rows: number[][]): Tensor {
  return { shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) };
}
