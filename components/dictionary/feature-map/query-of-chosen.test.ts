import { expect, test } from "vitest";
import { featureQuery } from "@/lib/feature-query.ts";
import { queryOfChosen } from "./query-of-chosen.ts";

const asked = (query: object) => featureQuery.parse(query);

test("a lasso is what lies within its outline, without the dead unless they are shown", () => {
  const chosen = { rows: [], by: { outline: "0,0 1,0 0,1" } };
  expect(asked(queryOfChosen(chosen, false))).toMatchObject({
    within: "0,0 1,0 0,1",
    state: "alive",
  });
  expect(asked(queryOfChosen(chosen, true)).state).toBe("all");
});

test("a range is the bounds of what was coloured by; a side that is open has none", () => {
  const by = { name: "max_activation", from: 2.5, to: Number.POSITIVE_INFINITY } as const;
  expect(asked(queryOfChosen({ rows: [], by }, true))).toMatchObject({
    max_activation_min: 2.5,
    max_activation_max: null,
    density_min: null,
  });
});
