import { expect, test } from "vitest";
import type { ModelConfig } from "../../../model/config.ts";
import { experimentVerbs } from "../verbs.ts";
import { layerRun, planOf, sizesConfig, standardRun, topkRuns } from "./plan.ts";
import { steps } from "./steps.ts";

const model = { n_layers: 6, d_model: 128 } as ModelConfig;
const plan = planOf("runs/all", sizesConfig.parse({}), model, { shared: {}, machine: {} });

test("every experiment's verb is a step", () => {
  expect(steps.map(({ name }) => name).sort()).toEqual(Object.keys(experimentVerbs).sort());
});

test("by default it is about the middle of the model, in dictionaries of eight times its width", () => {
  expect(plan).toMatchObject({ hook_name: "blocks.3.hook_resid_post", d_sae: 1024, k: 32 });
  expect(layerRun(plan, plan.hook_name)).toBe("runs/all/layers/res3-8x-topk32");
  expect(standardRun(plan)).toBe("runs/all/family/res3-8x-standard-l1-1");
});

test("a family goes from dense to sparse, with the layers' own dictionary in its place", () => {
  expect(topkRuns(plan)).toEqual([
    "runs/all/family/res3-8x-topk128",
    "runs/all/family/res3-8x-topk64",
    "runs/all/layers/res3-8x-topk32",
    "runs/all/family/res3-8x-topk16",
    "runs/all/family/res3-8x-topk8",
  ]);
});

test("a step that works on a folder comes with the call that makes it", () => {
  for (const { name, calls } of steps)
    for (const [at, { verb, words }] of calls(plan).entries())
      for (const word of words.filter((word) => word.split("/").length > 3)) {
        const sweep = word.split("/").slice(0, 3).join("/");
        const before = calls(plan).slice(0, at);
        expect({ name, verb, made: before.flatMap(({ words }) => words) }).toMatchObject({
          made: expect.arrayContaining([sweep]),
        });
      }
});
