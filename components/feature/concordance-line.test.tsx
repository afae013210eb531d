import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ConcordanceLine } from "./concordance-line.tsx";

const example = {
  context: 3,
  window_start: 20,
  position: 22,
  tokens: ["\n", " Once", " upon", " a", " time"],
  activations: [0, 1, 4, 0, 0],
};
const html = renderToStaticMarkup(<ConcordanceLine example={example} max={4} />);

test("an active token tells its value, and how much colour it has", () => {
  expect(html).toContain('title="␣upon 4.000"');
  expect(html).toContain("--a:1.000");
  expect(html).toContain('title="␣Once 1.000"');
});

test("only the token that the example was chosen for is a tab stop", () => {
  expect(html.match(/tabindex="0"/g)).toHaveLength(1);
  expect(html).toMatch(/tabindex="0"[^>]*title="␣upon/);
});

test("inactive tokens are plain text, with newlines made visible", () => {
  expect(html).toContain("↵");
  expect(html).toContain(" a time");
  expect(html).not.toContain('title="␣time');
});

test("those who cannot see the colours are told the values", () => {
  expect(html).toContain("Active on ␣Once 1.000, ␣upon 4.000.");
});
