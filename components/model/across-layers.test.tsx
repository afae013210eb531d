import { renderToStaticMarkup } from "react-dom/server";
import type { Sections } from "trainer/bundle";
import { expect, test } from "vitest";
import { modelQuery } from "@/lib/model-query.ts";
import { AcrossLayers, acrossVerdict } from "./across-layers.tsx";

const section: NonNullable<Sections["across_layers"]> = {
  formula_version: 1,
  seed: null,
  tokens: 300,
  config: {},
  dictionaries: [0, 1, 2].map((layer) => ({
    name: `res${layer}-8x-topk32`,
    hook_name: `blocks.${layer}.hook_resid_post`,
    hook_name_out: null,
    weights_sha256: "0".repeat(64),
    ce_diff: 0.1,
  })),
  spearman: [
    [1, 0.75, 0.25],
    [0.75, 1, null],
    [0.25, null, 1],
  ],
  pearson: [
    [1, 0.9, -0.125],
    [0.9, 1, 0.4],
    [-0.125, 0.4, 1],
  ],
  worst_fraction: 0.01,
  overlap: [
    [1, 0.3, 0.05],
    [0.3, 1, 0.1],
    [0.05, 0.1, 1],
  ],
};
const draw = (asked: object) =>
  renderToStaticMarkup(
    <AcrossLayers section={section} model="tiny" query={modelQuery.parse(asked)} />,
  );

test("the verdict names the pairs that agree most and least, and overlap against chance", () => {
  expect(acrossVerdict(section)).toBe(
    "CE-diffs go together most at 0 resid_post and 1 resid_post (Spearman 0.75) and least at 0 resid_post and 2 resid_post (0.25). Two dictionaries have 5.0 % to 30 % of their worst positions in common, 5 to 30 times as many as by chance.",
  );
});

test("a link changes between the two correlations and keeps the rest of the address", () => {
  const html = draw({ sort: "fvu" });
  expect(html).toContain(">0.75<");
  expect(html).not.toContain("−0.13");
  expect(html).toContain('href="/tiny?sort=fvu&amp;correlation=pearson#across_layers"');
  expect(draw({ correlation: "pearson" })).toContain("−0.13");
});

test("each cell leads to its row's dictionary and says what is compared", () => {
  const html = draw({});
  expect(html).toContain('title="res2-8x-topk32 and res0-8x-topk32: 0.25"');
  expect(html).toContain('title="res1-8x-topk32 and res2-8x-topk32: –"');
  expect(html.match(/href="\/tiny\/res2-8x-topk32\/experiments"/g)).toHaveLength(2 * (2 + 2));
});
