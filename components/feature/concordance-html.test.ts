import { expect, test } from "vitest";
import { datapointHtml, lineHtml, stripHtml } from "./concordance-html.ts";

const example = {
  context: 3,
  window_start: 20,
  position: 22,
  tokens: ["\n", " Once", " upon", " a", " time"],
  activations: [0, 1, 4, 0, 0],
};
const html = lineHtml(example, 4, "/text?interval=0&rank=1");

test("an active token tells its value, and how much colour it has", () => {
  expect(html).toContain('title="␣upon 4.000"');
  expect(html).toContain("--a:1.00");
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

test("the rest of the context stands around it, without values", () => {
  const whole = stripHtml({ ...example, before: ["It", " was"], after: [" gone"] }, 4);
  expect(whole).toMatch(/It was<\/span>.*upon.* gone<\/span>/);
  expect(whole.match(/data-token/g)).toHaveLength(2);
});

test("no text of a token becomes markup, between tags or within them", () => {
  const token = `<img src=x onerror="alert(1)">&'`;
  const tokens = [token, token, token];
  const hostile = { ...example, position: 21, tokens, activations: [0, 1, 1], after: [token] };
  const drawn = lineHtml(hostile, 1, '/text?"><script>');
  expect(drawn).not.toMatch(/<img|<script|&'|="alert/);
  expect(drawn.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;&amp;&apos;/g)).toHaveLength(
    8,
  );
});

test("a datapoint's line leads to it by its CE-diff, and colours its own token alone", () => {
  const place = { context: 3, position: 5, ce_diff: 0.25, activation: 2 };
  const snippet = { tokens: [" a", " dog", " ran"], at: 1 };
  const line = datapointHtml({ ...place, snippet }, 4, "/d/3/5");
  expect(line).toMatch(/<a [^>]*href="\/d\/3\/5"[^>]*>\+0\.250<\/a>/);
  expect(line.match(/data-token/g)).toHaveLength(1);
  expect(line).toMatch(/title="␣dog 2\.000"[^>]*--a:0\.57/); // 0.14 + 0.86 · 2 / 4
});
