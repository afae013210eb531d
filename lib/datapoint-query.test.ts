import { expect, test } from "vitest";
import { readDatapointQuery, shortDatapointQuery } from "./datapoint-query.ts";

test("datapoints are shown from the worst, and bounds of any sign are read", () => {
  expect(shortDatapointQuery(readDatapointQuery({}))).toEqual({});
  const best = readDatapointQuery({ order: "asc", max: "-0.5", origin: "nowhere" });
  expect(best).toMatchObject({ sort: "ce_diff", order: "asc", max: -0.5, origin: "all" });
  expect(shortDatapointQuery(best)).toEqual({ order: "asc", max: "-0.5" });
});

test("the space that a token begins with is part of what is looked for", () => {
  expect(readDatapointQuery({ token: " Lily" }).token).toBe(" Lily");
});
