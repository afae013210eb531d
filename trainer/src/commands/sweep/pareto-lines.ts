import { metrics } from "../../bundle/index.ts";
import type { SweepResult } from "./results.ts";

/** What is drawn against L0, and which of two values is the better one. */
export const panels = [
  { metric: "fvu", better: "lower" },
  { metric: "ce_loss_recovered", better: "higher" },
] as const;
export type Panel = (typeof panels)[number];

export type Point = { x: number; y: number; about: string; isBest: boolean };
/** `color` and `dash` count architectures and widths. */
export type Line = { label: string; color: number; dash: number; points: Point[] };

/** One line for each architecture, width and seed, through its sparsities; those that no other beats at both are marked. */
export function paretoLines(results: SweepResult[], { metric, better }: Panel): Line[] {
  const all = results.flatMap((result) => {
    const { metrics: values } = result;
    return values ? [{ result, x: values.l0, y: values[metric] }] : [];
  });
  const sign = better === "lower" ? 1 : -1;
  const beats = (a: { x: number; y: number }, b: { x: number; y: number }) =>
    a.x <= b.x && sign * a.y <= sign * b.y && (a.x < b.x || a.y !== b.y);
  const architectures = [...new Set(results.map(({ architecture }) => architecture))];
  const widths = [...new Set(results.map(({ d_sae }) => d_sae))].sort((a, b) => a - b);
  const lines = new Map<string, Line>();
  for (const { result, x, y } of all.sort((a, b) => a.x - b.x)) {
    const { name, architecture, d_sae } = result;
    const label = labelOf(result);
    const [color, dash] = [architectures.indexOf(architecture), widths.indexOf(d_sae)];
    const line = lines.get(label) ?? { label, color, dash, points: [] };
    lines.set(label, line);
    const about = `${name}: L0 ${x.toFixed(1)}, ${metrics[metric].title} ${y.toFixed(4)}`;
    line.points.push({ x, y, about, isBest: !all.some((other) => beats(other, { x, y })) });
  }
  return [...lines.values()];
}

function labelOf({ architecture, d_in, d_sae, variant }: SweepResult): string {
  const expansion = Number((d_sae / d_in).toFixed(2));
  return `${architecture.replace("_batchtopk", "")} ${expansion}x${variant.replaceAll("-", " ")}`;
}

/** Places as near as can be to those that are wanted, in their order and at least `gap` apart, none beyond `most`. */
export function spread(wanted: number[], gap: number, most: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = wanted.slice();
  for (const [rank, i] of order.entries())
    if (rank > 0) placed[i] = Math.max(wanted[i], placed[order[rank - 1]] + gap);
  let limit = most;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i], limit);
    limit = placed[i] - gap;
  }
  return placed;
}
