import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { activationShade, contrast, mix, type Oklch, toHex } from "./color.ts";

test("oklch agrees with known colours of sRGB", () => {
  const red: Oklch = [0.62796, 0.25768, 29.234];
  expect(toHex(mix(red, red, 0))).toBe("#ff0000");
  expect(toHex(mix([1, 0, 0], [0, 0, 0], 0))).toBe("#ffffff");
});

test("black on white has contrast 21", () => {
  expect(contrast([0, 0, 0], [1, 1, 1])).toBeCloseTo(21, 6);
});

test("an inactive token has no shade, the maximum has all of it", () => {
  expect(activationShade(0, 5)).toBe(0);
  expect(activationShade(5, 5)).toBe(1);
  expect(activationShade(7, 5)).toBe(1);
  expect(activationShade(1, 0)).toBe(0);
});

test("the least activation can be seen, and more is always more", () => {
  const shades = [0.001, 1, 2, 3, 4, 5].map((value) => activationShade(value, 5));
  expect(shades[0]).toBeGreaterThan(0.1);
  expect(shades).toEqual([...shades].sort((a, b) => a - b));
});

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("the %s palette of globals.css", (_, side) => {
  const palette = readPalette(side);

  test.each([
    ["ink", "paper", 12],
    ["ink-2", "paper", 4.5],
    ["ink-2", "surface", 4.5],
    ["accent", "paper", 4.5],
    ["accent", "surface", 4.5],
    ["negative", "surface", 4.5],
    ["danger", "surface", 4.5],
  ])("%s can be read on %s", (text, ground, least) => {
    expect(contrast(solid(palette, text), solid(palette, ground))).toBeGreaterThanOrEqual(least);
  });

  test.each(["activation", "relief"])("ink can be read on every shade of %s", (hue) => {
    for (let value = 0; value <= 100; value++) {
      const shade = mix(
        colour(palette, "surface"),
        colour(palette, hue),
        activationShade(value, 100),
      );
      expect(contrast(solid(palette, "ink"), shade)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** `--name: light-dark(oklch(L C H), oklch(L C H));` of globals.css, one side. */
function readPalette(side: 0 | 1): Map<string, Oklch> {
  const css = readFileSync(new URL("../app/globals.css", import.meta.url), "utf8");
  const found = css.matchAll(/--([a-z0-9-]+): light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\);/g);
  return new Map(
    [...found].map(([, name = "", ...sides]) => [
      name,
      (sides[side] ?? "").split(" ").map(Number) as unknown as Oklch,
    ]),
  );
}

function colour(palette: Map<string, Oklch>, name: string): Oklch {
  const found = palette.get(name);
  if (!found) throw new Error(`globals.css has no --${name}`);
  return found;
}

function solid(palette: Map<string, Oklch>, name: string) {
  return mix(colour(palette, name), colour(palette, name), 0);
}
