import { expect, test } from "vitest";
import { filtered, type ParetoQuery, paretoQuery } from "./pareto-query.ts";
import { readQuery, saidQuery } from "./search-params.ts";

const all = paretoQuery.parse({});
const dictionaries = [
  { key: "a", model: "m", architecture: "topk", layer: 0 },
  { key: "b", model: "m", architecture: "standard", layer: 10 },
  { key: "c", model: "other", architecture: "topk", layer: 1 },
  { key: "d", model: "other", architecture: "topk", layer: null },
] as const;
const keys = (query: Partial<ParetoQuery>) =>
  filtered(dictionaries, { ...all, ...query }).map(({ key }) => key);

test("without filters all are shown", () => {
  expect(keys({})).toEqual(["a", "b", "c", "d"]);
});

test("each filter keeps what it names, and layer 1 is not layer 10, nor 0 none", () => {
  expect(keys({ model: "m" })).toEqual(["a", "b"]);
  expect(keys({ architecture: "topk" })).toEqual(["a", "c", "d"]);
  expect(keys({ layer: "1" })).toEqual(["c"]);
  expect(keys({ layer: "0" })).toEqual(["a"]);
  expect(keys({ layer: "none" })).toEqual(["d"]);
});

test("filters hold together", () => {
  expect(keys({ model: "other", architecture: "standard" })).toEqual([]);
  expect(keys({ model: "other", layer: "1" })).toEqual(["c"]);
});

test("what an address says is read and said again, and what makes no sense counts as absent", () => {
  const query = readQuery(paretoQuery, { y: "fvu", by: ["layer", "model"], architecture: "mlp" });
  expect(query).toEqual({ ...all, y: "fvu", by: "layer" });
  expect(saidQuery(paretoQuery, query)).toEqual({ y: "fvu", by: "layer" });
});
