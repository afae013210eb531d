import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ImportMark } from "./import-mark.tsx";

const drawn = (imported: Parameters<typeof ImportMark>[0]["imported"]) =>
  renderToStaticMarkup(<ImportMark imported={imported} />);

test("only what is not borne out is marked, with what that means", () => {
  expect([drawn(null), drawn("checked")]).toEqual(["", ""]);
  expect(drawn("unchecked")).toMatch(/title="[^"]*never tried[^"]*"[^>]*>unchecked</);
  expect(drawn("misread")).toMatch(/title="[^"]*fits better[^"]*"[^>]*>read against the check</);
});
