import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { MOST_WRITTEN } from "@/lib/written.ts";
import { Markdown } from "./markdown.tsx";

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} id="one" />);

test("what is written shows as what is meant", () => {
  expect(html("**bold**, `code` and ~~gone~~")).toContain(
    "<strong>bold</strong>, <code>code</code> and <del>gone</del>",
  );
  expect(html("| a |\n|---|\n| 1 |")).toContain("<td>1</td>");
});

test("headings start below those of the page", () => {
  expect(html("# One\n\n## Two")).toContain("<h3>One</h3>\n<h4>Two</h4>");
});

describe("what could do harm does none:", () => {
  test("HTML is text", () => {
    expect(html('<script>alert(1)</script> and <b onclick="x()">b</b>')).not.toMatch(/<script|<b /);
  });
  test.each(["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "vbscript:x"])(
    "a link to %s leads nowhere",
    (href) => expect(html(`[x](${href})`)).toContain('<a href="">x</a>'),
  );
  test("a link to elsewhere says so to search engines, one within the hub does not", () => {
    expect(html("[x](https://elsewhere.example/)")).toContain('rel="nofollow ugc noopener"');
    expect(html("[x](/tiny/one/3)")).toBe(
      '<div class="written"><p><a href="/tiny/one/3">x</a></p></div>',
    );
  });
  test("a picture is a link, so that no other host is asked for it", () => {
    const picture = html("![graph](https://elsewhere.example/track.png)");
    expect(picture).not.toContain("<img");
    expect(picture).toContain('href="https://elsewhere.example/track.png"');
  });
  test("footnotes of two texts do not share an id", () => {
    expect(html("a[^1]\n\n[^1]: b")).toContain('id="one-fn-1"');
  });
  test.each([
    ["quotes", "> "],
    ["lists", "1. "],
    ["brackets", "["],
    ["links", "[a]("],
    ["emphasis", "*a _b "],
  ])("a text of nothing but %s is drawn, and soon", (_, mark) => {
    const text = mark.repeat(MOST_WRITTEN / mark.length);
    expect(html(`before\n\n${text}`)).toContain("before");
  });
});

test("who draws links is told which stood in the text", () => {
  const link = (href: string, _: unknown, pasted: boolean) => <b title={href}>{String(pasted)}</b>;
  const drawn = renderToStaticMarkup(
    <Markdown text="m/d/1 and [x](/m/d/1) and http://hub.example/m/d/1" id="one" link={link} />,
  );
  expect(drawn).toContain(
    '<b title="/m/d/1">true</b> and <b title="/m/d/1">false</b> and <b title="http://hub.example/m/d/1">true</b>',
  );
});
