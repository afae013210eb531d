import { expect, test } from "vitest";
import { removeFrequentVerdict } from "./remove-frequent-view.tsx";
import { singleTokenVerdict } from "./single-token-view.tsx";

const estimate = (value: number, half = 0) => ({ value, low: value - half, high: value + half });
const made = { formula_version: 1, seed: 0, tokens: 10, config: { n_min: 10 } };
const weights_sha256 = "0".repeat(64);

function trained(name: string, l0: number, recovered: number, gap: number | null, half = 0.01) {
  const between =
    gap === null ? null : { ce_diff: estimate(-gap), ce_loss_recovered: estimate(gap, half) };
  return {
    name,
    weights_sha256,
    architecture: "topk",
    d_sae: 8,
    l0,
    fvu: 0.1,
    ce_diff: estimate(1),
    ce_loss_recovered: estimate(recovered),
    gap: { top: between, bottom: null },
  };
}

function cutVerdict(...family: ReturnType<typeof trained>[]) {
  const whole = {
    target: null,
    features_cut: 0,
    l0: 64,
    fvu: 0.1,
    ce_diff: estimate(1),
    ce_loss_recovered: estimate(0.99),
  };
  const curves = { top: [whole], bottom: [whole] } as {
    top: [typeof whole];
    bottom: [typeof whole];
  };
  const frequency = { contexts: [4, 8] as [number, number], tokens: 10 };
  const section = { ...made, hook_name: "blocks.0.hook_resid_post", frequency, ...curves, family };
  return removeFrequentVerdict(section, "own");
}

test("a cut is compared with what was trained to be so sparse, at both ends", () => {
  const own = trained("own", 64, 0.99, 0);
  expect(cutVerdict(own, trained("a", 32, 0.98, -0.1), trained("b", 8, 0.9, -0.5))).toBe(
    "Training for sparsity wins at every L0: at L0 32 the cut dictionary recovers 0.880 of the CE loss and one that was trained so 0.980, at L0 8 the cut dictionary recovers 0.400 of the CE loss and one that was trained so 0.900.",
  );
  expect(cutVerdict(own, trained("a", 32, 0.9, 0.05))).toMatch(/^Cutting .* wins at every L0/);
});

test("a gap within chance is no win, and L0s that are not covered are not compared", () => {
  expect(cutVerdict(trained("a", 32, 0.9, 0.005), trained("b", 99, 0.9, null))).toMatch(
    /^Training for sparsity wins at 0 of 1 L0s, cutting at 0/,
  );
  expect(cutVerdict(trained("b", 99, 0.9, null))).toMatch(/has no L0 in common/);
});

test("single-token features are counted, and followed along dictionaries of one kind", () => {
  const one = (name: string, l0: number, mass_90: number) => ({
    name,
    weights_sha256,
    hook_name: "blocks.0.hook_resid_post",
    architecture: "topk",
    d_sae: 8,
    l0,
    alive: 8,
    counted: 8,
    one_type: 0.125,
    mass_90,
    mass_50: 0.75,
  });
  const verdict = (...dictionaries: [ReturnType<typeof one>, ...ReturnType<typeof one>[]]) =>
    singleTokenVerdict({ ...made, seed: null, dictionaries }, "own");
  expect(verdict(one("own", 2, 0.5))).toBe(
    "Of 8 features that fire 10 times or more, 13 % fire on one token type only, and 50 % have nine tenths of their activation mass on one.",
  );
  expect(verdict(one("own", 2, 0.5), one("other", 4, 0.25))).toMatch(
    /the latter share goes from 50 % at L0 2 to 25 % at L0 4\.$/,
  );
});
