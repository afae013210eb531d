import { expect, test } from "vitest";
import { UsageError } from "../bundle/errors.ts";
import { hookNames, parseHookName } from "./hook-names.ts";

const parallel = { n_layers: 2, parallel_residual: true };
const sequential = { n_layers: 2, parallel_residual: false };

test("takes names apart", () => {
  expect(parseHookName("blocks.13.hook_mlp_out")).toEqual({ layer: 13, site: "hook_mlp_out" });
  expect(parseHookName("blocks.0.attn.hook_z")).toEqual({ layer: 0, site: "attn.hook_z" });
  expect(parseHookName("hook_embed")).toEqual({ layer: null, site: "hook_embed" });
});

test.each([
  "",
  "blocks.x.hook_resid_pre",
  "blocks.01.hook_resid_pre",
  "blocks.1.hook_in",
  "blocks.1",
])("refuses %j, saying what is expected", (name) => {
  expect(() => parseHookName(name)).toThrow(UsageError);
  expect(() => parseHookName(name)).toThrow(
    `unknown hook name: ${name} (expected blocks.N.SITE, SITE one of hook_resid_pre, `,
  );
});

test("knows how many layers the model has", () => {
  expect(() => parseHookName("blocks.2.hook_resid_pre", parallel)).toThrow("(expected 0 to 1)");
  expect(parseHookName("blocks.1.hook_resid_pre", parallel).layer).toBe(1);
});

test("a parallel block has no stream between attention and MLP", () => {
  expect(() => parseHookName("blocks.1.hook_resid_mid", parallel)).toThrow("side by side");
  expect(parseHookName("blocks.1.hook_resid_mid", sequential).layer).toBe(1);
  expect(hookNames(parallel)).toHaveLength(2 + 2 * 6);
  expect(hookNames(sequential)).toHaveLength(2 + 2 * 7);
});
