import type { FeatureFigure, FeaturePoints } from "@/lib/views.ts";
import type { Coloring } from "../../map/colorings.ts";
import type { FigureColumn } from "../feature-figures.ts";

const kinds: Record<FeatureFigure, Pick<Coloring, "kind" | "unit">> = {
  density: { kind: "log", unit: "of tokens" },
  max_activation: { kind: "linear", unit: "" },
  nearest_cosine: { kind: "linear", unit: "" },
  encoder_decoder_cosine: { kind: "linear", unit: "" },
  decoder_norm: { kind: "linear", unit: "" },
};

/** What features may be coloured by. */
export function coloringsOf(figures: FigureColumn[]): Record<FeatureFigure, Coloring> {
  const colorings = figures.map(({ name, title, formula }) => [
    name,
    { title, formula, ...kinds[name] },
  ]);
  return Object.fromEntries(colorings);
}

/** Whether any two features lie apart: too few are not laid out. */
export function isLaidOut({ umap_x, umap_y }: FeaturePoints): boolean {
  return umap_x.some((x) => x !== umap_x[0]) || umap_y.some((y) => y !== umap_y[0]);
}

export function aliveOf(points: FeaturePoints): FeaturePoints {
  const rows = Array.from(points.density.keys()).filter((row) => (points.density[row] ?? 0) > 0);
  const columns = Object.entries(points).map(([name, column]) => {
    const values = rows.map((row) => column[row] as number);
    return [name, name === "index" ? Int32Array.from(values) : Float32Array.from(values)];
  });
  return Object.fromEntries(columns);
}
