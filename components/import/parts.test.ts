import { expect, test } from "vitest";
import { betterOf } from "./check-table.tsx";
import { partsOf } from "./parts.ts";

const models = [{ slug: "stories-2m" }, { slug: "pythia-70m-deduped" }];
const parts = (model?: string) =>
  partsOf(
    { because: { encoder: "W_enc is [4, 8]" } },
    { encoder: "d_in,d_sae", subtract_b_dec: false, hook_name_out: null, ...(model && { model }) },
    models,
  );
const part = (key: string, model?: string) => parts(model).find((one) => one.key === key);

test("a part is asked for by what it may be, with where it is from", () => {
  expect(part("encoder")).toMatchObject({
    value: "d_in,d_sae",
    because: "W_enc is [4, 8]",
    choices: ["d_in,d_sae", "d_sae,d_in"],
  });
  expect(part("subtract_b_dec")).toMatchObject({ value: "false", choices: ["true", "false"] });
  expect(part("architecture")).toMatchObject({ value: "", because: null, required: true });
  expect(part("hook_name_out")).toMatchObject({ value: "", required: false });
  expect(parts().every(({ description }) => description !== "")).toBe(true);
});

test("a model is named as the hub names it, if it has it", () => {
  expect(part("model", "embedded")?.value).toBe("stories-2m");
  expect(part("model", "EleutherAI/pythia-70m-deduped")?.value).toBe("pythia-70m-deduped");
  expect(part("model", "org/other")?.value).toBe("org/other");
  expect(part("model")?.value).toBe("");
});

test("the better reading is the one that the check puts first, whatever is denser and closer", () => {
  const fit = { fvu: 0.5, l0: 10, l2_ratio: 1 };
  const alternatives = [
    { change: { subtract_b_dec: false }, title: "b_dec not subtracted", ...fit, fvu: 0.1 },
    { change: { k: null }, title: "k ignored (ReLU)", ...fit, fvu: 0.01 },
  ];
  const check = { formula_version: 1, tokens: 2000, seed: 0, as_read: fit, alternatives } as const;
  const says = "another reading fits better, b_dec not subtracted: fvu is 0.1";
  expect(betterOf({ ...check, verdict: "misread", says })).toBe(alternatives[0]);
  expect(betterOf({ ...check, verdict: "fits", says })).toBeNull();
});
