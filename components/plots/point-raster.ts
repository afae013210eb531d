/*
 * Points as discs, written pixel by pixel into a picture. For 100,000 of them this is faster than a
 * 2D canvas' own shapes, and without a GPU than WebGL; bench/map.ts measures it.
 */

/** Pixels as 0xAABBGGRR, which in memory is R, G, B, A. */
export type Picture = { pixels: Uint32Array; width: number; height: number };

/** Where a disc's pixels lie relative to its middle, as x and y in turn; those on its edge are half covered. */
export type Disc = { whole: Int32Array; half: Int32Array; reach: number };

/** A disc of this radius in pixels. */
export function disc(radius: number): Disc {
  const reach = Math.ceil(radius + 0.5);
  const [whole, half]: [number[], number[]] = [[], []];
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++) {
      const distance = Math.hypot(x, y);
      if (distance <= Math.max(0, radius - 0.5)) whole.push(x, y);
      else if (distance < radius + 0.4) half.push(x, y);
    }
  return { whole: Int32Array.from(whole), half: Int32Array.from(half), reach };
}

export type View = { k: number; x: number; y: number };

/** Draws point i at (x[i] · k + view.x, y[i] · k + view.y), later ones over earlier ones. */
export function drawPoints(
  { pixels, width, height }: Picture,
  points: { x: Float32Array; y: Float32Array; colors: Uint32Array },
  { k, x: left, y: top }: View,
  { whole, half, reach }: Disc,
): void {
  const { x, y, colors } = points;
  const wholeAt = offsets(whole, width);
  const halfAt = offsets(half, width);
  for (let i = 0; i < x.length; i++) {
    const column = Math.round((x[i] as number) * k + left);
    const row = Math.round((y[i] as number) * k + top);
    // one that is cut by the edge is left out: a disc's pixels lie within the picture or nowhere
    if (column < reach || row < reach || column >= width - reach || row >= height - reach) continue;
    const middle = row * width + column;
    const color = colors[i] as number;
    for (let at = 0; at < wholeAt.length; at++) pixels[middle + (wholeAt[at] as number)] = color;
    for (let at = 0; at < halfAt.length; at++) {
      const pixel = middle + (halfAt[at] as number);
      const under = pixels[pixel] as number;
      // the mean of both in all four bytes at once
      pixels[pixel] = (((under ^ color) & 0xfefefefe) >>> 1) + (under & color);
    }
  }
}

function offsets(xy: Int32Array, width: number): Int32Array {
  const out = new Int32Array(xy.length / 2);
  for (let i = 0; i < out.length; i++)
    out[i] = (xy[2 * i + 1] as number) * width + (xy[2 * i] as number);
  return out;
}
