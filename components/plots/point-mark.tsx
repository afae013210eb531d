import type { Architecture } from "trainer/bundle";

const shapes = {
  circle: "M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0Z",
  square: "M-4.5,-4.5H4.5V4.5H-4.5Z",
  diamond: "M0,-6L6,0L0,6L-6,0Z",
  up: "M0,-5.5L5.5,4.5H-5.5Z",
  down: "M0,5.5L5.5,-4.5H-5.5Z",
  plus: "M-1.75,-5.5H1.75V-1.75H5.5V1.75H1.75V5.5H-1.75V1.75H-5.5V-1.75H-1.75Z",
};

type Look = { shape: keyof typeof shapes; filled: boolean };

/** Hollow where a penalty makes activations few, filled where k does; the shape tells those apart. */
const looks: Record<Architecture, Look> = {
  standard: { shape: "circle", filled: false },
  gated: { shape: "square", filled: false },
  jumprelu: { shape: "diamond", filled: false },
  topk: { shape: "circle", filled: true },
  batchtopk: { shape: "square", filled: true },
  matryoshka_batchtopk: { shape: "diamond", filled: true },
};

/** An architecture's mark around the origin of an svg. */
export function ArchitectureMark({ architecture }: { architecture: Architecture }) {
  return <ShapeMark {...looks[architecture]} />;
}

const order = Object.keys(shapes) as (keyof typeof shapes)[];

/** The mark of the i-th of several things, of which twelve look different. */
export function NumberedMark({ i }: { i: number }) {
  const shape = order[i % order.length] ?? "circle";
  return <ShapeMark shape={shape} filled={Math.floor(i / order.length) % 2 === 0} />;
}

function ShapeMark({ shape, filled }: Look) {
  const paint = filled ? "fill-positive stroke-surface" : "fill-surface stroke-negative";
  return <path d={shapes[shape]} strokeWidth={filled ? 1 : 1.5} className={paint} />;
}

/** The number of a layer, in a ring whose colour goes with its depth: `share` from 0, the first, to 1, the last. */
export function LayerMark({ layer, share }: { layer: number | null; share: number }) {
  const stroke = `color-mix(in oklab, var(--positive) ${Math.round(100 * share)}%, var(--negative))`;
  return (
    <>
      <circle r={7.5} strokeWidth={1.75} className="fill-surface" style={{ stroke }} />
      <text dy="0.35em" textAnchor="middle" className="fill-ink text-[9px]">
        {layer ?? "–"}
      </text>
    </>
  );
}
