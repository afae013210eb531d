import type { ReactNode } from "react";
import { type Architecture, architectures } from "trainer/bundle";
import { layerName, type ParetoQuery } from "@/lib/pareto-query.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { ArchitectureMark, LayerMark, NumberedMark } from "../plots/point-mark.tsx";
import { architectureNames } from "./describe.ts";

/** A kind of point in a plot of dictionaries, and how it looks. */
export type Mark = { key: string; title: string; mark: ReactNode };

type Marked = Pick<DictionarySummary, "model" | "architecture" | "layer">;

/** Which mark a dictionary has. */
export function markOf({ model, architecture, layer }: Marked, by: ParetoQuery["by"]): string {
  return { model, architecture, layer: layerName(layer) }[by];
}

/** The marks of all of these dictionaries, in their order. */
export function marksOf(dictionaries: readonly Marked[], by: ParetoQuery["by"]): Mark[] {
  if (by === "architecture") return architectureMarks(dictionaries);
  if (by === "layer") return layerMarks(dictionaries);
  const models = [...new Set(dictionaries.map(({ model }) => model))].sort();
  return models.map((key, i) => ({ key, title: key, mark: <NumberedMark i={i} /> }));
}

export function architectureMarks(of: readonly { architecture: Architecture }[]): Mark[] {
  const there = new Set(of.map(({ architecture }) => architecture));
  return architectures
    .filter((architecture) => there.has(architecture))
    .map((architecture) => ({
      key: architecture,
      title: architectureNames[architecture],
      mark: <ArchitectureMark architecture={architecture} />,
    }));
}

function layerMarks(dictionaries: readonly Marked[]): Mark[] {
  const layers = [...new Set(dictionaries.map(({ layer }) => layer))].sort(
    (a, b) => (a ?? -1) - (b ?? -1),
  );
  const last = Math.max(1, ...layers.map((layer) => layer ?? 0));
  return layers.map((layer) => ({
    key: layerName(layer),
    title: layer === null ? "no layer" : `layer ${layer}`,
    mark: <LayerMark layer={layer} share={(layer ?? 0) / last} />,
  }));
}

/** What each mark of a plot means. */
export function MarkKey({ marks }: { marks: readonly Mark[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {marks.map(({ key, title, mark }) => (
        <li key={key} className="flex items-center gap-1.5">
          <svg viewBox="-9 -9 18 18" className="size-4.5 font-mono" aria-hidden="true">
            {mark}
          </svg>
          {title}
        </li>
      ))}
    </ul>
  );
}
