import { expect, test } from "vitest";
import { importAnswer } from "@/lib/import-answer.ts";
import { answerOf } from "./answer-of.ts";

const fields = {
  where: "a/ae.pt",
  name: "",
  architecture: "topk",
  k: "32",
  encoder: "d_sae,d_in",
  decoder: "d_out,d_sae",
  subtract_b_dec: "false",
  decoder_rows: "stored",
  rescale_acts_by_decoder_norm: "true",
  normalize_activations: "none",
  input_scale: "0.5",
  hook_name: "blocks.3.hook_resid_post",
  hook_name_out: "",
  model: "stories-2m",
};

function read(changed: Partial<typeof fields> = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries({ ...fields, ...changed })) form.set(key, value);
  return importAnswer.parse(answerOf(form));
}

test("a form's fields become the answer that the API takes", () => {
  const { where, name, reading } = read();
  expect({ where, name }).toEqual({ where: "a/ae.pt", name: null });
  expect(reading).toEqual({
    architecture: "topk",
    k: 32,
    encoder: "d_sae,d_in",
    decoder: "d_out,d_sae",
    subtract_b_dec: false,
    decoder_rows: "stored",
    rescale_acts_by_decoder_norm: true,
    normalize_activations: "none",
    input_scale: 0.5,
    hook_name: "blocks.3.hook_resid_post",
    hook_name_out: null,
    model: "stories-2m",
  });
});

test("k is none of another rule's, whatever its field holds", () => {
  expect(read({ architecture: "jumprelu" }).reading.k).toBeNull();
});

test("a model is never a path of the hub's machine", () => {
  for (const model of ["/etc", "../x", "./x", "~/x", "a/../b", "C:\\x"])
    expect(() => read({ model })).toThrow("ORG/NAME");
  for (const model of ["gpt2", "org/name", "org/name@main", "org/na.me@0a1b2c"]) read({ model });
});
