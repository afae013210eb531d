import { join } from "node:path";
import { expect, test } from "vitest";
import { type Reading, reading } from "../bundle/index.ts";
import { zeros } from "../tensor/tensor.ts";
import { alternativesOf } from "./alternatives.ts";
import { findDictionaries } from "./formats.ts";
import { openInput } from "./input.ts";

const backup = join(import.meta.dirname, "../../fixtures/foreign/dictionary_learning/backup");
const [found] = await findDictionaries(await openInput(backup));
const x = zeros(2, 4);
x.data.fill(1);

test("what the files say is another reading where something else is given", () => {
  expect(titles({})).not.toContain("as its files say");
  expect(titles({ input_scale: 3 })).toContain("input_scale as its files say");
  expect(titles({ input_scale: 3, decoder_rows: "unit" })).toContain(
    "decoder_rows, input_scale as its files say",
  );
});

test("no reading is tried twice", () => {
  expect(titles({ subtract_b_dec: false })).toContain("subtract_b_dec as its files say");
  expect(titles({ subtract_b_dec: false })).not.toContain("b_dec subtracted");
});

function titles(given: Partial<Reading>): string {
  const whole = reading.parse({ ...found.described.reading, ...given });
  const sample = new Map([[whole.hook_name, x]]);
  const norms = new Float32Array(8).fill(1);
  return alternativesOf(found, whole, { norms, sample })
    .map(({ title }) => title)
    .join("; ");
}
