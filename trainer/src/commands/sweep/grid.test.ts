import { expect, test } from "vitest";
import { checkConfig } from "../flags.ts";
import { type SweepConfig, sweepConfig, toLists } from "./config.ts";
import { gridPoints, groupsOf } from "./grid.ts";

const configOf = (given: Record<string, unknown>) =>
  checkConfig(sweepConfig, toLists({ d_sae: 64, ...given })) as unknown as SweepConfig;
const points = (given: Record<string, unknown>) =>
  gridPoints(configOf(given), (hook) => widths[hook] ?? 16);
const widths: Record<string, number> = { "blocks.1.mlp.hook_post": 64, hook_embed: 512 };
const names = (given: Record<string, unknown>) => points(given).map(({ name }) => name);

test("a grid holds every combination of what is given several times", () => {
  expect(
    names({
      hook_name: ["blocks.0.hook_resid_post", "blocks.1.mlp.hook_post"],
      d_sae: [64, 128],
      k: [4, 8],
    }),
  ).toEqual([
    "res0-4x-topk4",
    "res0-4x-topk8",
    "res0-8x-topk4",
    "res0-8x-topk8",
    "act1-1x-topk4",
    "act1-1x-topk8",
    "act1-2x-topk4",
    "act1-2x-topk8",
  ]);
});

test("an architecture takes part only in what it reads, and has the default of the rest", () => {
  const found = points({ architecture: ["topk", "standard"], k: [4, 8], l1_coefficient: [2, 3] });
  expect(found.map(({ name }) => name)).toEqual([
    "res3-4x-topk4",
    "res3-4x-topk8",
    "res3-4x-standard-l1-2",
    "res3-4x-standard-l1-3",
  ]);
  expect(found.map(({ config }) => [config.k, config.l1_coefficient])).toEqual([
    [4, 1],
    [8, 1],
    [32, 2],
    [32, 3],
  ]);
});

test("whatever else is swept stands in the names", () => {
  expect(names({ lr: [0.001, 0.003], seed: [0, 1], k: 4 })).toEqual([
    "res3-4x-topk4-lr0.001-seed0",
    "res3-4x-topk4-lr0.001-seed1",
    "res3-4x-topk4-lr0.003-seed0",
    "res3-4x-topk4-lr0.003-seed1",
  ]);
  expect(names({ k: 4, seed: 7 })).toEqual(["res3-4x-topk4"]);
});

test("each hook goes with the one that it predicts", () => {
  const hook_name = ["blocks.0.hook_resid_mid", "blocks.1.hook_resid_mid"];
  const hook_name_out = ["blocks.0.hook_mlp_out", "blocks.1.hook_mlp_out"];
  const found = points({ hook_name, hook_name_out });
  expect(found.map(({ config }) => config.hook_name_out)).toEqual(hook_name_out);
  expect(names({ hook_name: hook_name[0], hook_name_out, k: 4 })).toEqual([
    "mid0-mlp0-4x-topk4",
    "mid0-mlp1-4x-topk4",
  ]);
});

test("the groups of a grid are its hooks, and have its names", () => {
  const grid = { hook_name: ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"], k: [4, 8] };
  const groups = groupsOf(configOf(grid));
  expect(groups.map(({ hook_name }) => hook_name)).toEqual([
    ["blocks.0.hook_resid_post"],
    ["blocks.1.hook_resid_post"],
  ]);
  const widthAt = () => 16;
  expect(groups.flatMap((group) => gridPoints(group, widthAt))).toEqual(points(grid));
});

test.each([
  [{ d_sae: [16, 64], k: [8, 32] }, "of the grid, the dictionary with d_sae 16, k 32: --k 32"],
  [{ k: [4, 4] }, "--k 4: given twice"],
  [{ hook_name: ["hook_embed", "hook_embed"] }, "--hook_name hook_embed: given twice"],
  [{ k: [] }, "--k: no value (expected an integer > 0)"],
  [
    { l1_coefficient: [1, 2] },
    "--l1_coefficient: given 2 times, but topk has no use for it (expected with standard, gated)",
  ],
  [
    { hook_name: ["hook_embed", "blocks.0.hook_resid_pre", "x"], hook_name_out: ["a", "b"] },
    "--hook_name_out: given 2 times (expected 3 times, one for each of the other, or once)",
  ],
  [
    { hook_name: "hook_embed", d_sae: [5121, 5122], k: 4 },
    "two dictionaries of the grid would be called embed-10x-topk4: that with d_sae 5121, and that with d_sae 5122",
  ],
])("refuses %j", (given, message) => {
  expect(() => points(given)).toThrow(message);
});
