import { renderToStaticMarkup } from "react-dom/server";
import { type MetricName, type Metrics, metrics as table } from "trainer/bundle";
import { expect, test } from "vitest";
import { MetricList } from "./metric-list.tsx";

const names = Object.keys(table) as MetricName[];
const metrics = Object.fromEntries(
  names.map((name, i) => [name, i + 0.123456]),
) as Required<Metrics>;
const html = renderToStaticMarkup(<MetricList metrics={metrics} tokens={101_600} />);

test.each(names)("%s stands on the page once, in the digits of its table", (name) => {
  const value = `>${metrics[name].toFixed(table[name].digits)}<`;
  expect(html.split(value)).toHaveLength(2);
});

test("what an older bundle lacks is a dash", () => {
  const older = renderToStaticMarkup(
    <MetricList metrics={{ ...metrics, norm_x: undefined }} tokens={101_600} />,
  );
  expect(older.split(">–<")).toHaveLength(2);
});

test("every metric links to its formula", () => {
  for (const name of names) expect(html).toContain(`href="/metrics#${name}"`);
});
