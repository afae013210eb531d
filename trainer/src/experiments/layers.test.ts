import { expect, test } from "vitest";
import { type Evaluation, type MetricName, metrics } from "../bundle/index.ts";
import { layerHooks, layerRows } from "./layers.ts";

const model = { n_layers: 2, parallel_residual: false };
const asked = { sites: ["hook_mlp_out", "hook_resid_post"] as const, layers: [] as number[] };
const hooks = (config: typeof model, more: object = {}) =>
  layerHooks(config, { ...asked, sites: [...asked.sites], ...more });

test("both sites of every layer, in the order of the forward pass", () => {
  expect(hooks(model)).toEqual([
    "blocks.0.hook_mlp_out",
    "blocks.0.hook_resid_post",
    "blocks.1.hook_mlp_out",
    "blocks.1.hook_resid_post",
  ]);
  const reversed = { sites: ["hook_resid_post", "hook_mlp_out"], layers: [1, 0] };
  expect(hooks(model, reversed)).toEqual(hooks(model));
  expect(hooks(model, { layers: [1] })).toEqual(hooks(model).slice(2));
});

test("a site or a layer that the model lacks is refused", () => {
  const pythia = { n_layers: 2, parallel_residual: true };
  expect(hooks(pythia)).toHaveLength(4);
  expect(() => hooks(pythia, { sites: ["hook_resid_mid"] })).toThrow(
    "hook blocks.0.hook_resid_mid: this model runs attention and MLP side by side",
  );
  expect(() => hooks(model, { layers: [2] })).toThrow("has no layer 2 (expected 0 to 1)");
});

test("a row holds the values of its dictionary's evaluation, null where it has none", () => {
  const measured = Object.fromEntries(
    (Object.keys(metrics) as MetricName[])
      .filter((name) => name !== "norm_x")
      .map((name, i) => [name, { value: i, formula_version: 1, tokens: 9 }]),
  ) as Evaluation["metrics"];
  const named = { name: "res1-2x-topk2", weights_sha256: "0".repeat(64) };
  const [row] = layerRows([{ ...named, hook_name: "blocks.1.hook_resid_post", metrics: measured }]);
  expect(row).toMatchObject({ ...named, layer: 1, site: "hook_resid_post" });
  expect(row.values.fvu).toBe(measured.fvu.value);
  expect(row.values.norm_x).toBeNull();
  expect(row.values.norm_x_hat).toBe(measured.norm_x_hat?.value);
});
