import { expect, test } from "vitest";
import { toyConfig, toySettings } from "./config.ts";

const of = (given: Record<string, unknown>) => toySettings(toyConfig.parse(given));

test("every combination is a setting of its own, named by what tells them apart", () => {
  const lists = { planted: ["independent", "composed"], toy_d_in: [2, 8], architecture: ["topk"] };
  expect(of(lists).map(({ name }) => name)).toEqual([
    "independent-2d-topk",
    "independent-8d-topk",
    "composed-2d-topk",
    "composed-8d-topk",
  ]);
});

test("as many features are learnt as there are true ones, and one for each pair", () => {
  const sizes = of({ toy_d_in: [8], architecture: ["standard"] });
  expect(sizes.map(({ n_features, d_sae }) => [n_features, d_sae])).toEqual([
    [16, 16],
    [16, 16],
    [16, 24],
  ]);
});

test("k is what is on, rounded up", () => {
  expect(
    of({ planted: ["independent"], toy_d_in: [8], active: 2.5, architecture: ["topk"] })[0],
  ).toMatchObject({ k: 3 });
});

test("what does not go together is refused by its flag", () => {
  expect(() => of({ planted: ["composed"], n_features: 3 })).toThrow(
    "--n_features 3: expected an even number",
  );
  expect(() => of({ active: 9, n_features: 4 })).toThrow(
    "--active 9: expected at most n_features (4)",
  );
  expect(() => of({ planted: ["composed"], frequency_a: 0.5, frequency_b: 0.5 })).toThrow(
    "expected at most 1",
  );
  expect(() => of({ architecture: ["topk"], d_sae: 4, k: 5 })).toThrow(
    "--k 5: expected at most d_sae",
  );
});

test("stages share the features, k and the rows, what is left going to the first", () => {
  const [setting] = of({
    planted: ["independent"],
    toy_d_in: [8],
    architecture: ["batchtopk"],
    stages: [3],
    d_sae: 16,
    k: 4,
    train_tokens: 1000,
  });
  expect(setting).toMatchObject({ name: "independent-8d-batchtopk-3stages", d_sae: 16, k: 4 });
  expect(
    setting?.stageSettings.map(({ d_sae, k, train_tokens }) => [d_sae, k, train_tokens]),
  ).toEqual([
    [6, 2, 334],
    [5, 1, 333],
    [5, 1, 333],
  ]);
});

test("topk takes part in no stacking, and alone is refused with it", () => {
  const lists = { planted: ["independent"], toy_d_in: [8], stages: [1, 2] };
  expect(of({ ...lists, architecture: ["standard", "topk"] }).map(({ name }) => name)).toEqual([
    "independent-8d-standard",
    "independent-8d-standard-2stages",
    "independent-8d-topk",
  ]);
  expect(() => of({ ...lists, stages: [2], architecture: ["topk"] })).toThrow(
    "--stages 2: topk cannot be stacked",
  );
});
