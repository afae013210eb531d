import { UMAP } from "umap-js";
import { expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { embed } from "./embed.ts";

test("gives what umap-js gives with the same neighbours and the same random numbers", async () => {
  const [n, k, epochs] = [60, 6, 30];
  const numbers = new Random(0, "neighbours");
  const neighbours = Array.from({ length: n }, (_, row) => ({
    rows: [...numbers.shuffle(Int32Array.from({ length: n }, (_, i) => i))]
      .filter((other) => other !== row)
      .slice(0, k),
    cosines: Array.from({ length: k }, (_, i) => 1 - (i + numbers.next()) / k),
  }));

  const random = new Random(3, "umap");
  const peer = new UMAP({ nNeighbors: k + 1, nEpochs: epochs, random: () => random.next() });
  peer.setPrecomputedKNN(
    neighbours.map(({ rows }, row) => [row, ...rows]),
    neighbours.map(({ cosines }) => [0, ...cosines.map((cosine) => 1 - cosine)]),
  );
  const expected = peer.fit(neighbours.map((_, row) => [row]));

  const seen: number[] = [];
  const placed = await embed(neighbours, { seed: 3, epochs, report: (done) => seen.push(done) });
  expect(placed).toEqual(expected);
  expect(seen).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
});
