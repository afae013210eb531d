import { expect, test } from "vitest";
import { disc, drawPoints, type Picture, type View } from "./point-raster.ts";

const white = 0xffffffff;
const red = 0xff0000ff; // 0xAABBGGRR

function drawn(points: [number, number][], view: View, radius: number): Picture {
  const picture = { pixels: new Uint32Array(12 * 10).fill(white), width: 12, height: 10 };
  const x = Float32Array.from(points, ([px]) => px);
  const y = Float32Array.from(points, ([, py]) => py);
  const colors = new Uint32Array(points.length).fill(red);
  drawPoints(picture, { x, y, colors }, view, disc(radius));
  return picture;
}

const where = ({ pixels, width }: Picture, color: number) =>
  [...pixels].flatMap((pixel, i) => (pixel === color ? [[i % width, Math.floor(i / width)]] : []));

test("a point lies where the view puts it", () => {
  expect(where(drawn([[2, 1]], { k: 2, x: 1, y: 3 }, 0.5), red)).toEqual([[5, 5]]);
});

test("a disc of radius 1.5 is a cross with half covered corners", () => {
  const picture = drawn([[5, 5]], { k: 1, x: 0, y: 0 }, 1.5);
  expect(where(picture, red).length).toBe(5);
  const half = 0xff7f7fff; // the mean of white and red
  expect(where(picture, half)).toEqual([
    [4, 4],
    [6, 4],
    [4, 6],
    [6, 6],
  ]);
});

test("what the edge would cut is left out, on every side", () => {
  const view = { k: 1, x: 0, y: 0 };
  const outside: [number, number][] = [
    [0, 5],
    [11, 5],
    [5, 0],
    [5, 9],
    [-40, 5],
    [5, 400],
  ];
  expect(where(drawn(outside, view, 1.5), white).length).toBe(120);
});
