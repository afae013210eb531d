import { describe, expect, test } from "vitest";
import type { ForeignDictionary, Reading } from "../../bundle/index.ts";
import { wholeReading } from "./whole-reading.ts";

const said: Reading = {
  architecture: "topk",
  k: 32,
  encoder: "d_in,d_sae",
  decoder: "d_sae,d_out",
  subtract_b_dec: true,
  decoder_rows: "stored",
  rescale_acts_by_decoder_norm: true,
  normalize_activations: "none",
  input_scale: 1,
  hook_name: "blocks.3.hook_resid_post",
  hook_name_out: null,
  model: "embedded",
};
const described = {
  where: "layer3",
  reading: said,
  because: { subtract_b_dec: "cfg.json: apply_b_dec_to_input is true", k: "cfg.json: k is 32" },
} as ForeignDictionary;

describe("a whole reading", () => {
  test("is what the files say, with their reasons", () => {
    expect(wholeReading(described, {})).toEqual({ reading: said, because: described.because });
    expect(wholeReading(described, { k: 32 }).because.k).toBe("cfg.json: k is 32");
  });

  test("is what was given before that, and says so", () => {
    const { reading, because } = wholeReading(described, { subtract_b_dec: false });
    expect(reading.subtract_b_dec).toBe(false);
    expect(because.subtract_b_dec).toBe(
      "--subtract_b_dec, where the files say true (cfg.json: apply_b_dec_to_input is true)",
    );
  });

  test("has no k where the rule has none, unless one was given", () => {
    const { reading, because } = wholeReading(described, { architecture: "standard" });
    expect(reading).toMatchObject({ k: null, rescale_acts_by_decoder_norm: false });
    expect(because.k).toBe("architecture is standard");
    expect(wholeReading(described, { architecture: "standard", k: 4 }).reading.k).toBe(4);
  });

  test("asks for what nobody says, by its flags", () => {
    const { hook_name: _, encoder: __, ...rest } = said;
    const lacking = { ...described, reading: rest };
    expect(() => wholeReading(lacking, {})).toThrow(
      /^layer3: its files do not say all.*\n {2}--encoder {2}how the encoder's matrix lies.*\(one of d_in,d_sae, d_sae,d_in\)\n {2}--hook_name {2}where in the model/,
    );
    const given = { hook_name: said.hook_name, encoder: said.encoder };
    expect(wholeReading(lacking, given).because.encoder).toBe("--encoder");
  });
});
