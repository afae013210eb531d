import { expect, test } from "vitest";
import { circleOf, directionsLayout } from "./directions-layout.ts";

test("a direction of length 1 ends on the circle, up being up", () => {
  const size = 240;
  const { cx, cy, r } = circleOf(size);
  const [right, up] = directionsLayout(
    [
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ],
    size,
    1,
  );
  expect(right).toMatchObject({ x1: cx, y1: cy, x2: cx + r, y2: cy });
  expect(up).toMatchObject({ x2: cx, y2: cy - r });
});

test("labels stand outside, within the drawing", () => {
  const [ray] = directionsLayout([{ x: -1, y: 0 }], 240, 1);
  expect(ray?.labelX).toBeLessThan(ray?.x2 ?? 0);
  expect(ray?.labelX).toBeGreaterThan(0);
});
