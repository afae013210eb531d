import { expect, test } from "vitest";
import { changedStretches, changesOf, mostHelped } from "./ablation-changes.ts";

const context = {
  context: 7,
  position: 1,
  tokens: ["a", "b", "c", "d", "e"],
  from: 1,
  activations: [0, 2, 0, 0, 0],
  ce_sae: [1, 1, 2, 3],
  ce_without: [1.001, 3, 1.5, 3],
};

test("a change is what the loss rises by without the feature, from its first firing on", () => {
  expect(changesOf(context)).toEqual([0, 2, -0.5, 0]);
  expect(changesOf({ ...context, from: null })).toEqual([0, 0, 0, 0]);
});

test("predictions that suffer come first, each once; those that gain do not count", () => {
  const twice = { ...context, ce_without: [1, 2, 2.25, 3] };
  expect(mostHelped({ formula_version: 1, contexts: [context, twice] }, 5)).toEqual([
    { token: "b", next: "c", change: 2 },
    { token: "c", next: "d", change: 0.25 },
  ]);
});

test("tokens that hardly change are joined to runs", () => {
  const stretches = changedStretches(context, changesOf(context), {
    start: 0,
    end: 5,
    least: 0.01,
  });
  expect(stretches).toEqual([
    { at: 0, tokens: ["a"], change: 0 },
    { at: 1, tokens: ["b"], change: 2 },
    { at: 2, tokens: ["c"], change: -0.5 },
    { at: 3, tokens: ["d", "e"], change: 0 },
  ]);
});
