import { expect, test } from "vitest";
import { fitOf, placePoints, placesOf, radiusOf } from "./point-fit.ts";

function fitPoints(x: Float32Array, y: Float32Array, width: number, height: number) {
  return placePoints(fitOf(x, y, width, height), x, y);
}

test("the wider side fills the plot, the other keeps its proportion, and y goes up", () => {
  const { x, y } = fitPoints(Float32Array.of(0, 10), Float32Array.of(0, 5), 228, 428);
  expect([...x]).toEqual([14, 214]); // 200 pixels for 10
  expect([...y]).toEqual([264, 164]); // 100 pixels for 5, around the middle
});

test("one point lies in the middle", () => {
  const { x, y } = fitPoints(Float32Array.of(7), Float32Array.of(-3), 100, 60);
  expect([x[0], y[0]]).toEqual([50, 30]);
});

test("a place in the plot has the coordinates of the point that is put there", () => {
  const [x, y] = [Float32Array.of(0, 10), Float32Array.of(0, 5)];
  const fit = fitOf(x, y, 228, 428);
  expect(placesOf(fit, [14, 264, 214, 164, 114, 214])).toEqual([0, 0, 10, 5, 5, 2.5]);
});

test("discs are smaller the more there are, and larger from nearby, within bounds", () => {
  expect(radiusOf(100, 1)).toBe(3.5);
  expect(radiusOf(1e6, 1)).toBe(1.25);
  expect(radiusOf(20_000, 4)).toBeCloseTo(1.5 * radiusOf(20_000, 1), 9);
  expect(radiusOf(100, 1000)).toBe(6);
});
