import { expect, test } from "vitest";
import { Suggestion } from "./suggest.ts";

type Given = { index: number; density: number; max_activation: number };

function suggested(...features: Given[]): number | null {
  const suggestion = new Suggestion();
  for (const feature of features) suggestion.add(feature as Parameters<Suggestion["add"]>[0]);
  return suggestion.feature;
}

const dead = { index: 0, density: 0, max_activation: 0 };
const common = { index: 1, density: 0.3, max_activation: 90 };
const rare = { index: 2, density: 0.0001, max_activation: 50 };
const good = { index: 3, density: 0.01, max_activation: 6 };

test("a specific feature comes before stronger ones that fire everywhere or hardly ever", () => {
  expect(suggested(dead, common, rare, good)).toBe(3);
  expect(suggested(good, rare, common, dead)).toBe(3);
});

test("of two equally strong specific features the rarer one is taken", () => {
  expect(suggested(good, { ...good, index: 4, density: 0.001 })).toBe(4);
});

test("without a specific feature the strongest is taken", () => {
  expect(suggested(dead, rare, common)).toBe(1);
});

test("dead features are not suggested", () => {
  expect(suggested(dead)).toBeNull();
});
