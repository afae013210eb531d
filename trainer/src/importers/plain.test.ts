import { expect, test } from "vitest";
import { unsaid } from "../bundle/index.ts";
import { zeros } from "../tensor/tensor.ts";
import type { Opened } from "./folders.ts";
import { seePlain } from "./plain.ts";

const sizes = { d_in: 4, d_sae: 8 };
const bare = { W_enc: [4, 8], b_enc: [8], W_dec: [8, 4], b_dec: [4] };

test("leaves open what names and shapes do not say", () => {
  const [{ described, weights }] = see(bare);
  expect(described).toMatchObject({ ...sizes, d_out: 4 });
  expect(Object.keys(weights)).toEqual(["W_enc", "b_enc", "W_dec", "b_dec"]);
  expect(unsaid(described.reading)).toEqual([
    "architecture",
    "k",
    "subtract_b_dec",
    "hook_name",
    "model",
  ]);
});

test("takes a matrix as the biases say that it lies, whatever its name says", () => {
  const [{ described }] = see({ ...bare, W_enc: [8, 4], W_dec: [4, 8] });
  expect(described).toMatchObject(sizes);
  expect(described.reading).toMatchObject({ encoder: "d_sae,d_in", decoder: "d_out,d_sae" });
  expect(described.because.encoder).toBe("W_enc is [8, 4], and b_enc is [8]");
});

test("asks how a square matrix lies, since its name is somebody's habit", () => {
  const { reading, notes } = see({ "encoder.weight": [4, 4], W_dec: [4, 4] })[0].described;
  expect(unsaid(reading)).toEqual(expect.arrayContaining(["encoder", "decoder"]));
  expect(notes).toContain("encoder: as wide as it is high; by its name it would be [d_sae,d_in]");
});

test("takes a matrix without biases as its name says", () => {
  const [linear] = see({ "encoder.weight": [8, 4], "decoder.weight": [4, 8] });
  expect(linear.described).toMatchObject(sizes);
  expect(see({ W_enc: [4, 8], W_dec: [8, 4] })[0].described).toMatchObject(sizes);
});

test.each([
  [{ threshold: [8] }, { architecture: "jumprelu", k: null }],
  [{ k: [] }, { architecture: "topk", k: 3 }],
  [
    { r_mag: [8], b_mag: [8] },
    { architecture: "gated", k: null },
  ],
  [{ threshold: [], k: [] }, {}],
])("reads the rule from what is there beside the matrices: %j", (more, rule) => {
  const { architecture, k } = see({ ...bare, ...more })[0].described.reading;
  expect(JSON.parse(JSON.stringify({ architecture, k }))).toEqual(rule);
});

test("finds one at each prefix, and the hook where the prefix is one", () => {
  const at = (prefix: string) =>
    Object.fromEntries(Object.entries(bare).map(([name, shape]) => [prefix + name, shape]));
  const found = see({ ...at("blocks.1.hook_mlp_out."), ...at("b."), other: [3] });
  expect(found.map(({ described }) => described.where)).toEqual([
    "sae.pt#blocks.1.hook_mlp_out",
    "sae.pt#b",
  ]);
  expect(found[0].described.reading.hook_name).toBe("blocks.1.hook_mlp_out");
  expect(found[1].described.tensors.map(({ name, role }) => [name, role])).toEqual([
    ["b.W_enc", "W_enc"],
    ["b.b_enc", "b_enc"],
    ["b.W_dec", "W_dec"],
    ["b.b_dec", "b_dec"],
  ]);
});

test("names what it leaves aside, and does not take what skips the features for an SAE", () => {
  expect(see({ ...bare, "scaler.mean": [4] })[0].described.notes.join()).toMatch(
    "left aside, as nothing is known of them: scaler.mean",
  );
  const [{ described, weights }] = see({ ...bare, W_skip: [4, 4] });
  expect(weights.W_skip).toBeDefined();
  expect(described.reading.hook_name_out).toBeUndefined();
});

test.each([
  [
    { ...bare, "encoder.weight": [8, 4] },
    "sae.pt: W_enc is there as W_enc and as encoder.weight, expected one of them",
  ],
  [{ ...bare, W_enc: [4, 8, 2] }, "sae.pt: W_enc: found [4, 8, 2], expected a matrix [d_in,d_sae]"],
  [{ ...bare, b_enc: [7] }, "sae.pt: b_enc: found [7], expected [d_sae 8]"],
  [{ ...bare, k: [2] }, "sae.pt: k: found [2], expected one number"],
])("is refused when it does not fit: %#", (shapes, message) => {
  expect(() => see(shapes)).toThrow(message);
});

/** Of tensors of 3s. */
function see(shapes: Record<string, number[]>) {
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const read = () => ({ shape, data: zeros(...shape).data.fill(3) });
    return [name, { dtype: "F32", shape, read }] as const;
  });
  const opened: Opened = {
    file: { path: "sae.pt", file: "/sae.pt", bytes: 0 },
    tensors: new Map(tensors),
    values: new Map(),
  };
  return seePlain("state_dict", opened).map((read) => read());
}
