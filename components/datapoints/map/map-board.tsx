"use client";

import { Lasso, Minus, Plus, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useRef, useState } from "react";
import { formatCount } from "@/lib/format.ts";
import { datapointPath } from "@/lib/routes.ts";
import type { Hover } from "../../plots/live-map.ts";
import { paperOf } from "../../plots/point-colors.ts";
import { type MapHandle, PointMap } from "../../plots/point-map.tsx";
import { Field } from "../../ui/field.tsx";
import { useDark } from "../../ui/use-dark.ts";
import { type ColoringName, colorings, colorPoints } from "./colorings.ts";
import { HoverCard } from "./hover-card.tsx";
import { Legend } from "./legend.tsx";
import type { Of } from "./map-loader.tsx";
import type { MapPoints } from "./points.ts";
import { RangeForm } from "./range-form.tsx";
import { Selection } from "./selection.tsx";

/** The map with all that belongs to it: what it is coloured by, what is under the pointer, what is selected. */
export function MapBoard({ points, ...of }: Of & { points: MapPoints }) {
  const router = useRouter();
  const isDark = useDark();
  const map = useRef<MapHandle>(null);
  const [name, setName] = useState<ColoringName>("ce_diff");
  const [selecting, setSelecting] = useState(false);
  const [hover, setHover] = useState<Hover | null>(null);
  const [rows, setRows] = useState<number[] | null>(null);
  const coloring = useMemo(() => colorPoints(points, name, isDark), [points, name, isDark]);
  const paper = useMemo(() => paperOf(isDark), [isDark]);
  const selected = useMemo(() => {
    if (!rows || rows.length === 0) return null;
    const mask = new Uint8Array(points.index.length);
    for (const row of rows) mask[row] = 1;
    return mask;
  }, [rows, points]);
  const hrefOf = (row: number) => {
    const place = { context: points.context[row] ?? 0, position: points.position[row] ?? 0 };
    return datapointPath(of.model, of.dictionary, place, of.isPinned ? of : {});
  };
  const { title } = colorings[name];
  return (
    <>
      <div className="panel">
        <div className="flex flex-wrap items-end gap-x-5 gap-y-3 border-b border-line p-3 sm:px-4">
          <Field label="Colour by">
            <select
              value={name}
              onChange={(event) => setName(event.target.value as ColoringName)}
              className="field"
            >
              {Object.entries(colorings).map(([key, { title }]) => (
                <option key={key} value={key}>
                  {title}
                </option>
              ))}
            </select>
          </Field>
          <Legend name={name} coloring={coloring} onSelect={setRows} points={points} />
          <div className="ml-auto flex gap-1.5">
            <button
              type="button"
              aria-pressed={selecting}
              title="Draw around datapoints to select them; dragging with shift does it too"
              onClick={() => setSelecting(!selecting)}
              className="button aria-pressed:border-accent aria-pressed:text-accent"
            >
              <Lasso aria-hidden="true" size={14} /> Select
            </button>
            {(
              [
                ["Zoom in", Plus, () => map.current?.zoomBy(1.6)],
                ["Zoom out", Minus, () => map.current?.zoomBy(1 / 1.6)],
                ["Show the whole map", RotateCcw, () => map.current?.reset()],
              ] as const
            ).map(([label, Icon, act]) => (
              <button key={label} type="button" aria-label={label} onClick={act} className="button">
                <Icon aria-hidden="true" size={14} />
              </button>
            ))}
          </div>
        </div>
        <div className="relative h-[min(clamp(20rem,68vh,46rem),110vw)] overflow-hidden">
          <PointMap
            ref={map}
            x={points.umap_x}
            y={points.umap_y}
            paint={coloring.paint}
            paper={paper}
            selected={selected}
            selecting={selecting}
            label={`Map of ${formatCount(points.index.length)} datapoints, coloured by ${title}. The table below holds the same datapoints.`}
            onHover={setHover}
            onOpen={(row) => router.push(hrefOf(row))}
            onSelect={setRows}
            className="h-full w-full"
          />
          {hover && (
            <HoverCard
              hover={hover}
              points={points}
              of={of}
              href={hover.isTouch ? hrefOf(hover.point) : null}
            />
          )}
        </div>
        <RangeForm key={name} name={name} coloring={coloring} points={points} onSelect={setRows} />
      </div>
      {rows && <Selection of={of} points={points} rows={rows} onClear={() => setRows(null)} />}
    </>
  );
}
