"use client";

import { Lasso, Minus, Plus, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { formatCount } from "@/lib/format.ts";
import { formatOutline, parseOutline } from "@/lib/outline.ts";
import { pointsWithin } from "../plots/lasso.ts";
import type { Hover } from "../plots/live-map.ts";
import { greyOf, muted, paperOf } from "../plots/point-colors.ts";
import { type MapHandle, PointMap } from "../plots/point-map.tsx";
import { Field } from "../ui/field.tsx";
import { useDark } from "../ui/use-dark.ts";
import {
  type Coloring,
  colorPoints,
  type Named,
  type Noun,
  rowsBetween,
  rowsOfCategory,
} from "./colorings.ts";
import { HoverCard } from "./hover-card.tsx";
import { Legend } from "./legend.tsx";
import { RangeForm } from "./range-form.tsx";

/** Points that were chosen, and by what: an outline (see lib/outline.ts), bounds of a column, or a category. */
export type Chosen<Name extends string> = {
  rows: number[];
  by: { outline: string } | { name: Name; from: number; to: number } | { category: number | null };
};

type Props<Name extends string> = {
  noun: Noun;
  x: Float32Array;
  y: Float32Array;
  /** the first is that which it begins with */
  colorings: Record<Name, Coloring>;
  columns: Record<NoInfer<Name>, ArrayLike<number>>;
  /** ids of the column that is coloured by category */
  named?: Named[];
  /** 0 for each point that has no value to be coloured by */
  isColored?: Uint8Array;
  hrefOf: (row: number) => string;
  /** what a point is, beside the pointer */
  card: (row: number) => ReactNode;
  /** what was chosen, below the map */
  selection: (chosen: Chosen<Name>, onClear: () => void) => ReactNode;
  /** more to choose of how it is drawn */
  controls?: ReactNode;
};

/** A map with all that belongs to it: what it is coloured by, what is under the pointer, what is selected. */
export function MapBoard<Name extends string>(props: Props<Name>) {
  const { noun, x, y, colorings, columns, named = noneNamed, isColored, hrefOf } = props;
  const router = useRouter();
  const isDark = useDark();
  const map = useRef<MapHandle>(null);
  const names = Object.keys(colorings) as Name[];
  const [name, setName] = useState(names[0] as Name);
  const [selecting, setSelecting] = useState(false);
  const [hover, setHover] = useState<Hover | null>(null);
  const [chosen, setChosen] = useState<Chosen<Name> | null>(null);
  const { [name]: coloring } = colorings;
  const { [name]: column } = columns;
  const colored = useMemo(
    () => colorPoints(coloring.kind, column, named, isDark),
    [coloring.kind, column, named, isDark],
  );
  const paint = useMemo(
    () => (isColored ? muted(colored.paint, isColored, greyOf(isDark)) : colored.paint),
    [colored, isColored, isDark],
  );
  const paper = useMemo(() => paperOf(isDark), [isDark]);
  const selected = useMemo(() => {
    if (!chosen || chosen.rows.length === 0) return null;
    const mask = new Uint8Array(x.length);
    for (const row of chosen.rows) mask[row] = 1;
    return mask;
  }, [chosen, x]);

  function choose(lasso: number[]) {
    const outline = formatOutline(lasso);
    if (outline === "") return;
    setChosen({ rows: pointsWithin(x, y, parseOutline(outline)), by: { outline } });
  }

  return (
    <>
      <div className="panel">
        <div className="flex flex-wrap items-end gap-x-5 gap-y-3 border-b border-line p-3 sm:px-4">
          <Field label="Colour by">
            <select
              value={name}
              onChange={(event) => setName(event.target.value as Name)}
              className="field"
            >
              {names.map((key) => (
                <option key={key} value={key}>
                  {colorings[key].title}
                </option>
              ))}
            </select>
          </Field>
          <Legend
            coloring={coloring}
            colored={colored}
            noun={noun}
            onCategory={(category) =>
              setChosen({ rows: rowsOfCategory(column, category, named), by: { category } })
            }
          />
          {props.controls}
          <div className="ml-auto flex gap-1.5">
            <button
              type="button"
              aria-pressed={selecting}
              title={`Draw around ${noun.many} to select them; dragging with shift does it too`}
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
            x={x}
            y={y}
            paint={paint}
            paper={paper}
            selected={selected}
            selecting={selecting}
            label={`Map of ${formatCount(x.length)} ${noun.many}, coloured by ${coloring.title}. The table holds the same ${noun.many}.`}
            onHover={setHover}
            onOpen={(row) => router.push(hrefOf(row))}
            onSelect={choose}
            className="h-full w-full"
          />
          {hover && (
            <HoverCard
              hover={hover}
              open={
                hover.isTouch ? { href: hrefOf(hover.point), text: `Open this ${noun.one}` } : null
              }
            >
              {props.card(hover.point)}
            </HoverCard>
          )}
        </div>
        <RangeForm
          key={name}
          coloring={coloring}
          colored={colored}
          noun={noun}
          onRange={(from, to) =>
            setChosen({ rows: rowsBetween(column, from, to), by: { name, from, to } })
          }
        />
      </div>
      {chosen && props.selection(chosen, () => setChosen(null))}
    </>
  );
}

const noneNamed: Named[] = [];
