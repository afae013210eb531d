import { extentOf, plotScale, type Scale } from "./scale.ts";

export type ParetoPoint = { key: string; l0: number; recovered: number };

export type PlacedPoint = ParetoPoint & {
  /** percent of the width */
  x: number;
  /** pixels */
  y: number;
  /** no other point is sparser and at least as good, or better and as sparse */
  best: boolean;
  /** the side on which its label stands: left when it is near the right edge */
  labelOn: "left" | "right";
};

type Layout = { points: PlacedPoint[]; x: Scale; y: Scale };

/** L0 across on a log scale, CE loss recovered upwards: better is up and to the left. */
export function paretoLayout(points: readonly ParetoPoint[], height: number): Layout {
  const shown = points.filter((p) => p.l0 > 0 && Number.isFinite(p.recovered));
  const [low, high] = extentOf(
    shown.map((p) => Math.log10(p.l0)),
    0.15,
  );
  const recovered = shown.map((p) => p.recovered);
  const [worst, top] = extentOf(recovered, 0.2);
  const best = recovered.every((value) => value <= 1) ? Math.min(top, 1) : top;
  const x = plotScale("log", [10 ** low, 10 ** high], [0, 100]);
  const y = plotScale("linear", [worst, best], [height, 0], 4);
  const placed = shown.map((p) => {
    const at = x(p.l0);
    const labelOn = at > 60 ? ("left" as const) : ("right" as const);
    return { ...p, x: at, y: y(p.recovered), best: !shown.some((q) => dominates(q, p)), labelOn };
  });
  return { points: placed, x, y };
}

function dominates(a: ParetoPoint, b: ParetoPoint): boolean {
  const noWorse = a.l0 <= b.l0 && a.recovered >= b.recovered;
  return noWorse && (a.l0 < b.l0 || a.recovered > b.recovered);
}
