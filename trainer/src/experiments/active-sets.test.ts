import { expect, test } from "vitest";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import type { Sae } from "../sae/sae.ts";
import { toSparse } from "../sae/sparse-acts.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { movedFeatures, withActiveSetsOf } from "./active-sets.ts";
import { withDecoder } from "./finetune.ts";

test("features that only one of two has active are found at their rows", () => {
  const acts = (...rows: number[][]) =>
    toSparse({ shape: [rows.length, 4], data: Float32Array.from(rows.flat()) });
  expect(movedFeatures(acts([1, 0, 2, 0], [0, 0, 0, 3]), acts([9, 0, 0, 4], [0, 0, 0, 1]))).toEqual(
    [
      { row: 0, feature: 2, was_active: true },
      { row: 0, feature: 3, was_active: false },
    ],
  );
});

const random = new Random(3, "active sets");
const sae = randomSae(random, { architecture: "standard", d_in: 8, d_sae: 60, k: null });
/** Far from 0, so that the same sums in another order are rounded visibly. */
const far = (t: Tensor) => ({ ...t, data: t.data.map((value) => value + 3000) });
const before: Sae = { ...sae, b_dec: far(sae.b_dec) };
const after = withDecoder(before, { W_dec: sae.W_dec, b_dec: randomTensor(random, 1, 8) });
const x = far(randomTensor(random, 1, 400, 8));
const batches = async function* () {
  yield x;
};

test("other active features are refused, with the number of them", async () => {
  await expect(
    withActiveSetsOf(before, after, batches, { may_settle: false, threads: 1 }),
  ).rejects.toThrow(/\d+ of the active features at 400 held-out tokens are others than before/);
});

test("those that rounding moved are moved back", async () => {
  const found = await withActiveSetsOf(before, after, batches, { may_settle: true, threads: 1 });
  expect(found.tokens).toBe(400);
  expect(found.settled_features).toBeGreaterThan(0);
  const again = await withActiveSetsOf(before, found.sae, batches, {
    may_settle: false,
    threads: 1,
  });
  expect(again.settled_features).toBe(0);
});

test("a dictionary of other features is no matter of rounding", async () => {
  const other = {
    ...after,
    b_enc: { ...after.b_enc, data: after.b_enc.data.map((b, f) => (f === 0 ? b + 1 : b)) },
  };
  await expect(
    withActiveSetsOf(before, other, batches, { may_settle: true, threads: 1 }),
  ).rejects.toThrow("others than before");
});
