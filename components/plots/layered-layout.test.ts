import { expect, test } from "vitest";
import { hookOrder, layeredLayout } from "./layered-layout.ts";

const node = (key: string, layer: number) => ({
  key,
  group: `res${layer}`,
  hook_name: `blocks.${layer}.hook_resid_post`,
});
const link = (from: string, to: string, weight = 1) => ({ from, to, weight });

test("hooks follow the model: the embedding, then each block from its input to its output", () => {
  const names = [
    "hook_embed",
    "blocks.0.hook_resid_pre",
    "blocks.0.hook_mlp_out",
    "blocks.0.hook_resid_post",
    "blocks.2.hook_resid_mid",
    "blocks.10.hook_resid_pre",
    "ln_final.hook_normalized",
  ];
  expect(names.toReversed().sort((a, b) => hookOrder(a) - hookOrder(b))).toEqual(names);
});

test("columns lie from left to right by layer, whatever the order of the nodes", () => {
  const { columns, nodes } = layeredLayout([node("b", 3), node("c", 5), node("a", 2)], []);
  expect(columns.map(({ group }) => group)).toEqual(["res2", "res3", "res5"]);
  expect(nodes.map(({ key, x }) => [key, Math.round(x)])).toEqual([
    ["b", 50],
    ["c", 83],
    ["a", 17],
  ]);
});

test("nodes of a column stand around the middle, near what they are linked with", () => {
  const nodes = [node("m", 3), node("a", 2), node("b", 2), node("over-b", 1), node("over-a", 1)];
  const links = [link("a", "m"), link("b", "m"), link("over-b", "b"), link("over-a", "a")];
  const { nodes: placed, height } = layeredLayout(nodes, links);
  const y = Object.fromEntries(placed.map((one) => [one.key, one.y]));
  expect(y.m).toBe(height / 2);
  expect((y.a as number) + (y.b as number)).toBe(height);
  expect(y.a).toBeLessThan(y.b as number);
  expect(y["over-a"]).toBe(y.a);
  expect(y["over-b"]).toBe(y.b);
});

test("a link is as wide as its weight is large, whatever its sign", () => {
  const nodes = [node("m", 3), node("a", 2), node("b", 2)];
  const { links, nodeWidth } = layeredLayout(nodes, [link("a", "m", -2), link("b", "m", 1)]);
  expect(links.map(({ width }) => width)).toEqual([7, 4]);
  expect(links[0]?.path.startsWith(`M${25 + nodeWidth / 2} `)).toBe(true);
});

test("links to nodes that are not there are left out", () => {
  expect(layeredLayout([node("m", 3)], [link("nowhere", "m")]).links).toEqual([]);
});

test("a link that passes a column goes between its nodes, not behind one", () => {
  const nodes = [node("m", 3), node("a", 2), node("far", 1)];
  const { nodes: placed, links } = layeredLayout(nodes, [link("a", "m"), link("far", "m")]);
  const a = placed.find(({ key }) => key === "a");
  const passing = links.find(({ from }) => from === "far")?.path ?? "";
  const [, lane] = /C[\d. ]+ ([\d.]+)H/.exec(passing) ?? [];
  expect(Math.abs(Number(lane) - (a?.y ?? 0))).toBe(38);
  expect(passing.match(/C/g)).toHaveLength(2);
});
