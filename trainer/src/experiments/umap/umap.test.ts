import { expect, test } from "vitest";
import { nearestRows } from "../../dashboard/nearest.ts";
import { toSparse } from "../../sae/sparse-acts.ts";
import { Random } from "../../tensor/random.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { gather } from "./gather.ts";
import { type MapInput, mapDatapoints } from "./map-datapoints.ts";
import { nearestSparseRows } from "./nearest-sparse.ts";
import { selectVectors } from "./vectors.ts";

const quiet = () => {};

/** Rows of which most entries are 0. */
function sparseRows(n: number, width: number, purpose: string): Tensor {
  const random = new Random(0, purpose);
  const data = Float32Array.from({ length: n * width }, () =>
    random.next() < 0.3 ? 0.1 + random.next() : 0,
  );
  return { shape: [n, width], data };
}

test("sparse rows have the neighbours that dense ones have, and the same cosines", async () => {
  const [of, among] = [sparseRows(20, 12, "of"), sparseRows(50, 12, "among")];
  const dense = await nearestRows(of, among, { k: 5, threads: 1, self: () => -1 }, quiet);
  const options = { width: 12, k: 5, self: () => -1 };
  const sparse = nearestSparseRows(toSparse(of), toSparse(among), options, quiet);
  expect(sparse.map(({ rows }) => rows)).toEqual(dense.map(({ rows }) => rows));
  for (const [i, { cosines }] of sparse.entries())
    for (const [j, cosine] of cosines.entries()) expect(cosine).toBeCloseTo(dense[i].cosines[j], 5);
});

test("a row is not its own neighbour", () => {
  const rows = toSparse({ shape: [3, 2], data: Float32Array.of(1, 0, 1, 0.1, 0, 1) });
  const options = { width: 2, k: 1, self: (row: number) => row };
  const near = nearestSparseRows(rows, rows, options, quiet);
  expect(near.map((one) => one.rows)).toEqual([[1], [0], [1]]);
});

test("rows are chosen alike, dense or sparse", () => {
  const rows = sparseRows(6, 5, "choice");
  const which = Int32Array.of(1, 4, 5);
  const dense = selectVectors({ kind: "dense", rows }, which);
  const sparse = selectVectors({ kind: "sparse", rows: toSparse(rows), width: 5 }, which);
  expect(sparse.rows).toEqual(toSparse(dense.rows as Tensor));
});

/** Datapoints along two directions, which are bad along the first with `chance`, else along the second. */
function twoKinds(n: number, badIn: (direction: number, random: Random) => boolean): MapInput {
  const random = new Random(0, "kinds");
  const rows = zeros(n, 3);
  const ce_diff = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const direction = random.next() < 0.1 ? 0 : 1;
    rows.data.set([direction, 1 - direction, 0.1 * random.normal()], 3 * i);
    ce_diff[i] = (badIn(direction, random) ? 5 : 0) + 0.01 * random.normal();
  }
  return {
    vectors: { kind: "dense", rows },
    ce_diff,
    context: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 4)),
    sampled: new Uint8Array(n).fill(1),
    neighbours: 5,
    epochs: 3,
    seed: 0,
    threads: 1,
  };
}

test("bad datapoints that lie together are told from the rest", async () => {
  const { separation, places } = await mapDatapoints(
    twoKinds(400, (d) => d === 0),
    quiet,
  );
  expect(separation).toMatchObject({ k: 15, held_out: 200, bad_fraction: 0.1 });
  expect(separation.auroc).toBeGreaterThan(0.9);
  expect(places).toHaveLength(800);
});

test("bad datapoints that lie anywhere are not", async () => {
  const anywhere = twoKinds(800, (_, random) => random.next() < 0.1);
  const { auroc } = (await mapDatapoints(anywhere, quiet)).separation;
  expect(auroc).toBeGreaterThan(0.35);
  expect(auroc).toBeLessThan(0.65);
});

test("nothing is said of the separation of too few", async () => {
  const { separation } = await mapDatapoints(
    twoKinds(20, (d) => d === 0),
    quiet,
  );
  expect(separation.auroc).toBeNull();
});

test("those beside the sample are laid out, and no more", async () => {
  const input = twoKinds(100, (d) => d === 0);
  const { separation, places } = await mapDatapoints(
    { ...input, sampled: input.sampled.map((_, i) => (i < 60 ? 1 : 0)) },
    quiet,
  );
  expect(places).toHaveLength(200);
  expect(separation.held_out).toBeLessThanOrEqual(60);
});

test("x and x − x̂ are those of the datapoints' positions", async () => {
  // the activation at a token is the token and its double; x̂ is half of x
  const context_size = 4;
  const text = Int32Array.from({ length: 40 * context_size }, (_, i) => i);
  const input = {
    tokens: {
      context_size,
      contexts: (a: number, b: number) => text.slice(a * context_size, b * context_size),
    },
    model: {
      hooks: async (ids: Int32Array, shape: number[], [hook]: string[]) => ({
        [hook]: {
          shape: [...shape, 2],
          data: Float32Array.from([...ids].flatMap((id) => [id, 2 * id])),
        },
      }),
    },
    hook_name: "here",
    hook_name_out: null,
    encoder: {
      encode: (x: Tensor) => toSparse(x),
      decode: (_: unknown, x: Tensor) => ({ ...x, data: x.data.map((value) => value / 2) }),
    },
    report: quiet,
  } as unknown as Parameters<typeof gather>[2];
  const places = [
    { context: 1, position: 2 },
    { context: 1, position: 3 },
    { context: 30, position: 1 },
  ];
  expect([...(await gather("x", places, input)).data]).toEqual([6, 12, 7, 14, 121, 242]);
  expect([...(await gather("error", places, input)).data]).toEqual([3, 6, 3.5, 7, 60.5, 121]);
});
