import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { modelQuery } from "@/lib/model-query.ts";
import { readQuery, type SearchParams } from "@/lib/search-params.ts";
import { bySite, type LayerRow, layerVerdicts } from "./describe-layers.ts";
import { LayerTable } from "./layer-table.tsx";

const row = (layer: number, site: string, ce_diff: number, norm_x: number | null): LayerRow => ({
  name: `${site === "hook_mlp_out" ? "mlp" : "res"}${layer}-8x-topk32`,
  weights_sha256: "0".repeat(64),
  hook_name: `blocks.${layer}.${site}`,
  layer,
  site,
  values: {
    ce_diff,
    ce_loss_recovered: 1 - ce_diff,
    fvu: ce_diff / 2,
    norm_x,
    norm_x_hat: norm_x,
    l2_ratio: 1,
    cosine: 1,
    l0: 32,
    dead_fraction: 0,
  },
});
const rows = [
  row(0, "hook_mlp_out", 0.3, 5),
  row(0, "hook_resid_post", 0.1, null),
  row(1, "hook_mlp_out", 0.2, 7),
  row(1, "hook_resid_post", 0.4, 6),
];

const draw = (address: SearchParams) =>
  renderToStaticMarkup(
    <LayerTable
      rows={rows}
      model="tiny"
      there={new Set(["res0-8x-topk32", "res1-8x-topk32", "mlp0-8x-topk32"])}
      query={readQuery(modelQuery, address)}
    />,
  );
const order = (html: string) => [...html.matchAll(/>(\d\.hook_\w+)</g)].map(([, hook]) => hook);

test("rows stand in the order of the forward pass, or by a column of the address", () => {
  expect(order(draw({}))).toEqual(rows.map(({ hook_name }) => hook_name.slice("blocks.".length)));
  expect(order(draw({ sort: "ce_diff", order: "desc" }))).toEqual([
    "1.hook_resid_post",
    "0.hook_mlp_out",
    "1.hook_mlp_out",
    "0.hook_resid_post",
  ]);
});

test("what older bundles lack is a dash, and comes last in either order", () => {
  for (const way of ["asc", "desc"]) {
    const html = draw({ sort: "norm_x", order: way });
    expect(order(html).at(-1)).toBe("0.hook_resid_post");
    expect(html).toContain(">–<");
  }
});

test("a title is a link that sorts by its column, and turns the order round when it does already", () => {
  expect(draw({})).toContain('href="/tiny?sort=ce_diff&amp;order=desc#layers"');
  expect(draw({})).toContain('href="/tiny?sort=ce_loss_recovered#layers"'); // the lowest is the worst
  const html = draw({ sort: "ce_diff", order: "desc" });
  expect(html).toContain('href="/tiny?sort=ce_diff#layers"');
  expect(html).toContain('aria-sort="descending"');
});

test("a dictionary that the hub has not is named without a link", () => {
  const html = draw({});
  expect(html).toContain('href="/tiny/res1-8x-topk32"');
  expect(html).not.toContain('href="/tiny/mlp1-8x-topk32"');
  expect(html).toContain("mlp1-8x-topk32");
});

test("the residual stream is told of first, each site from its first layer to its last", () => {
  expect(bySite(rows).map(({ site }) => site)).toEqual(["hook_resid_post", "hook_mlp_out"]);
  expect(layerVerdicts(rows)[0]).toBe(
    "Residual stream: from layer 0 to layer 1 CE-diff goes from 0.1000 to 0.4000 nats, CE loss recovered from 0.9000 to 0.6000, FVU from 0.0500 to 0.2000.",
  );
});
