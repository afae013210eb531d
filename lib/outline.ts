import { z } from "zod";

/*
 * A lasso's outline as it stands in an address: its corners, "x,y" each, with spaces between them. It is
 * made of few enough that an address holds it, and what lies within is decided by these corners alone,
 * in the browser as in the database.
 */

/** x and y in turn */
export type Outline = number[];

const mostCorners = 48;
const corner = /^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/;

export const outlineText = z
  .string()
  .trim()
  .max(2000)
  .refine((text) => text === "" || isOutline(text.split(" ")), {
    message: `expected 3 to ${mostCorners} corners of an outline, such as 0,0 1.5,0 1,2`,
  });

function isOutline(corners: string[]): boolean {
  const { length } = corners;
  return length >= 3 && length <= mostCorners && corners.every((text) => corner.test(text));
}

export function parseOutline(text: string): Outline {
  return text === "" ? [] : text.split(/[ ,]/).map(Number);
}

/** The outline in few corners; empty when nothing lies within it. */
export function formatOutline(outline: Outline): string {
  const digits = (value: number) => String(Number(value.toFixed(3)));
  const corners = simplified(outline).map(([x, y]) => `${digits(x)},${digits(y)}`);
  return corners.length < 3 ? "" : corners.join(" ");
}

type Corner = readonly [number, number];

/**
 * The corners that matter most: one after another, that which lies farthest from what is drawn already
 * (Ramer 1972; Douglas and Peucker 1973), until a thousandth of its size is not seen, or there are enough.
 */
function simplified(outline: Outline): Corner[] {
  const all = Array.from(
    { length: outline.length / 2 },
    (_, i): Corner => [outline[2 * i] ?? 0, outline[2 * i + 1] ?? 0],
  );
  const first = all[0];
  if (!first) return [];
  const away = all.map(([x, y]) => Math.hypot(x - first[0], y - first[1]));
  const size = Math.max(...away);
  const kept = [0, away.indexOf(size), all.length];
  const at = (i: number) => all[i % all.length] as Corner;
  while (kept.length <= mostCorners) {
    let farthest = { distance: size / 1000, index: -1, after: 0 };
    for (let side = 0; side + 1 < kept.length; side++) {
      const [from, to] = [kept[side] as number, kept[side + 1] as number];
      for (let index = from + 1; index < to; index++) {
        const distance = distanceTo(at(index), at(from), at(to));
        if (distance > farthest.distance) farthest = { distance, index, after: side };
      }
    }
    if (farthest.index < 0) break;
    kept.splice(farthest.after + 1, 0, farthest.index);
  }
  return kept.slice(0, -1).map(at);
}

/** Of a point from the line between two others. */
function distanceTo([x, y]: Corner, [ax, ay]: Corner, [bx, by]: Corner): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
