import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { readFeatureQuery } from "@/lib/feature-query.ts";
import type { FeatureRow } from "@/lib/views.ts";
import { FeatureTableView } from "./feature-table.tsx";

vi.mock("next/navigation", () => ({ useRouter: () => ({}) }));

const row: FeatureRow = {
  index: 7,
  density: 0.0029,
  max_activation: 3.2,
  nearest_cosine: 0.4,
  encoder_decoder_cosine: 0.7,
  decoder_norm: 1,
  label: null,
  top_token: " Lily",
  promoted: [" girl", " girl"],
};

function tableOf(address: Record<string, string>, rows = [row]) {
  return renderToStaticMarkup(
    <FeatureTableView
      model="m"
      dictionary="d"
      shown="abc"
      query={readFeatureQuery(address)}
      table={{ rows, total: rows.length }}
      {...(address.revision ? { revision: address.revision } : {})}
    />,
  );
}

test("a column that does not sort yet sorts from its largest, and back to the first page", () => {
  const html = tableOf({ page: "3", state: "alive" });
  expect(html).toContain('href="/m/d/features?sort=density&amp;order=desc&amp;state=alive"');
});

test("the column that sorts turns the order round, and says how it is sorted", () => {
  const html = tableOf({ sort: "density", order: "desc" });
  expect(html).toContain('aria-sort="descending"');
  expect(html).toContain('href="/m/d/features?sort=density"');
});

test("a pinned revision stays pinned in every link", () => {
  const html = tableOf({ revision: "abc" });
  expect(html).toContain('href="/m/d/7?revision=abc"');
  const links = [...html.matchAll(/href="(\/m\/d[^"]*)"/g)].map(([, href]) => href);
  expect(links.filter((href) => !href?.includes("revision=abc"))).toEqual([]);
});

test("a dead feature is called dead", () => {
  expect(tableOf({}, [{ ...row, density: 0, top_token: null }])).toContain("dead");
});

test("of a later page, the rows say where in the whole they stand", () => {
  const html = renderToStaticMarkup(
    <FeatureTableView
      model="m"
      dictionary="d"
      shown="abc"
      query={readFeatureQuery({ page: "3", per_page: "10" })}
      table={{ rows: [row], total: 500 }}
    />,
  );
  expect(html).toContain('aria-rowcount="501"');
  expect(html).toContain('aria-rowindex="22"'); // after the head and 20 rows
});
