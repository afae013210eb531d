import type { Architecture } from "trainer/bundle";

const circle = "M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0Z";
const square = "M-4.5,-4.5H4.5V4.5H-4.5Z";
const diamond = "M0,-6L6,0L0,6L-6,0Z";

/** Hollow where a penalty makes activations few, filled where k does; the shape tells those apart. */
const marks: Record<Architecture, { path: string; filled: boolean }> = {
  standard: { path: circle, filled: false },
  gated: { path: square, filled: false },
  jumprelu: { path: diamond, filled: false },
  topk: { path: circle, filled: true },
  batchtopk: { path: square, filled: true },
  matryoshka_batchtopk: { path: diamond, filled: true },
};

/** An architecture's mark around the origin of an svg. */
export function ArchitectureMark({ architecture }: { architecture: Architecture }) {
  const { path, filled } = marks[architecture];
  const paint = filled
    ? "fill-positive stroke-positive"
    : "fill-surface stroke-negative group-hover:fill-negative";
  return <path d={path} strokeWidth={1.5} className={paint} />;
}
