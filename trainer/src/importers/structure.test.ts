import { expect, test } from "vitest";
import { randomSae } from "../sae/random-sae.ts";
import { Random } from "../tensor/random.ts";
import { transposed } from "../tensor/tensor.ts";
import { structuralNotes } from "./structure.ts";

const config = { architecture: "jumprelu", d_in: 16, d_sae: 16, k: null } as const;
const random = randomSae(new Random(1), config);
const tied = { ...random, W_enc: transposed(random.W_dec) };

test("an encoder that is the decoder's transpose has cosines of 1, the transposed one of about 0", () => {
  expect(structuralNotes(tied).at(-1)).toMatch(/decoder rows is 1\.000$/);
  const turned = { ...tied, W_enc: tied.W_dec };
  expect(structuralNotes(turned).at(-1)).toMatch(/is one of them transposed/);
});

test("what cannot be right is said", () => {
  const W_dec = { ...tied.W_dec, data: tied.W_dec.data.map((value, at) => (at < 16 ? 0 : value)) };
  const threshold = { shape: [16], data: new Float32Array(16).fill(0.5) };
  threshold.data[3] = -1;
  const b_dec = { shape: [16], data: new Float32Array(16) };
  const notes = structuralNotes({ ...tied, W_dec, threshold, b_dec }).join("\n");
  for (const part of [
    "unchecked: no activations",
    "the decoder is 0 for 1 of 16 features",
    "decoder rows are not of norm 1 (least, median and largest 0.00,",
    "b_dec is 0 everywhere",
    "threshold: 1 of 16 are not above 0",
  ])
    expect(notes).toContain(part);
});
