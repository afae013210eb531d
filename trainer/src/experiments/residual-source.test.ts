import { expect, test } from "vitest";
import { fromBytes } from "../activations/dtype.ts";
import { createEncoder } from "../sae/encoder.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { decode, encode } from "../sae/sae.ts";
import { Random } from "../tensor/random.ts";
import { rows } from "../tensor/tensor.ts";
import { memorySource } from "../train/planted.ts";
import { residualSource, windowOf } from "./residual-source.ts";

const random = new Random(0, "residual");
const x = randomTensor(random, 1, 35, 4);
const source = memorySource(x, 10); // chunks of 10, 10, 10 and 5 rows

test("a window has the chunks that follow, from the beginning again after the last", async () => {
  const first = windowOf(source, 0, 15);
  expect(first.window).toMatchObject({ rows: 20, chunks: 2 });
  const second = windowOf(source, first.next, 25);
  expect(second.window).toMatchObject({ rows: 25, chunks: 3 });
  expect(second.next).toBe(1);
  expect([0, 1, 2].map(second.window.chunkRows)).toEqual([10, 5, 10]);
  const last = fromBytes((await second.window.chunk(2)).x, "float32");
  expect(last).toEqual(rows(x, 0, 10).data);
  expect(windowOf(source, 2, 1000).window.rows).toBe(35);
});

test("what a dictionary leaves of x is x − x̂", async () => {
  const sae = randomSae(random, { architecture: "standard", d_in: 4, d_sae: 9, k: null });
  const encoder = await createEncoder(sae, { threads: 1, max_rows: 64 });
  const residual = residualSource(source, encoder);
  const { x: bytes, y } = await residual.chunk(1);
  const held = await residual.heldOut();
  await encoder.dispose();
  const chunk = rows(x, 10, 20);
  const xHat = decode(sae, encode(sae, chunk));
  expect(fromBytes(bytes, "float32")).toEqual(chunk.data);
  for (const [at, value] of fromBytes(y as Uint8Array, "float32").entries())
    expect(value).toBeCloseTo(chunk.data[at] - xHat.data[at], 5);
  expect(residual.d_out).toBe(4);
  expect(held.y?.shape).toEqual(held.x.shape);
});
