import { expect, test } from "vitest";
import { removeLowestVerdict } from "./remove-lowest-view.tsx";

const left = (against_none: number, high = against_none) => ({
  l0: 1,
  fvu: 0,
  ce_diff: { value: 1, low: 1, high: 1 },
  against_none: { value: against_none, low: against_none, high },
  mse: { value: 1, low: 1, high: 1 },
});
const section = (ofK: ReturnType<typeof left>, ofMass: ReturnType<typeof left>) => {
  const lowest = [
    { k: 0, ...left(0) },
    { k: 1, ...ofK },
  ];
  return {
    formula_version: 1,
    seed: 0,
    tokens: 10,
    config: {},
    hook_name: "blocks.0.hook_resid_post",
    contexts: 2,
    largest_l0: 2,
    ce_clean: 2,
    lowest,
    random: lowest,
    highest: lowest,
    mass: [
      { share: 0, ...left(0) },
      { share: 0.01, ...ofMass },
    ],
    best: {
      k: ofK.against_none.value < 0 ? 1 : 0,
      share: ofMass.against_none.value < 0 ? 0.01 : 0,
    },
    helps: { k: ofK.against_none.high < 0, share: ofMass.against_none.high < 0 },
  };
};

test("says what helps, and by how much", () => {
  expect(removeLowestVerdict(section(left(-0.02), left(0.01)))).toBe(
    "Removing helps: CE is lowest without the 1 lowest (0.0200 nats).",
  );
});

test("says what the least removal costs where nothing helps", () => {
  expect(removeLowestVerdict(section(left(0.02), left(0.01)))).toBe(
    "Removing helps nowhere: CE is best with every active feature in place. Without the lowest one of each datapoint it costs 0.0200 nats more, without the lowest 1.0 % of the mass 0.0100 nats.",
  );
});

test("does not take a gain within chance for one", () => {
  expect(removeLowestVerdict(section(left(-0.02, 0.01), left(0.01)))).toMatch(
    /^Removing helps nowhere for certain/,
  );
});
