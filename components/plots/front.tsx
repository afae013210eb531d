import type { ReactNode } from "react";
import { type FrontAxis, frontLayout, type PlacedFrontPoint } from "./front-layout.ts";
import { PlotFrame } from "./plot-frame.tsx";
import { Stretched } from "./stretched.tsx";

export type MarkedPoint = {
  key: string;
  l0: number;
  value: number;
  name: string;
  href: string;
  /** what is said of it on hover */
  title: string;
  /** key of one of the marks */
  mark: string;
};

type Props = {
  points: MarkedPoint[];
  /** what is drawn around the origin, once for each kind of point */
  marks: { key: string; mark: ReactNode }[];
  axis: FrontAxis;
  yTitle: string;
  label: string;
  height?: number;
};

/** A longer name would cover too much: it is read on hover. */
const LONGEST = 32;

/** More points than this are drawn smaller. */
const MANY = 120;

/** With more points than this the keyboard stops at the best ones alone: the table leads to the others. */
const STOPS = 40;

/** Points by how sparse they are and what that costs, each a link, with the line that none is beyond. */
export function Front({ points, marks, axis, yTitle, label, height = 320 }: Props) {
  const byKey = new Map(points.map((point) => [point.key, point]));
  const { points: placed, front, x, y } = frontLayout(points, axis, height);
  return (
    <PlotFrame
      role="group"
      label={label}
      height={height}
      xTicks={x.ticks}
      yTicks={y.ticks}
      xTitle="L0, active features per token (log)"
      yTitle={`${yTitle}${axis.kind === "log" ? " (log)" : ""} ${axis.better === "higher" ? "↑" : "↓"} better`}
    >
      <defs>
        {marks.map(({ key, mark }) => (
          <g key={key} id={idOf(key)}>
            <circle r={placed.length > STOPS ? 8 : 14} fill="transparent" />
            <g transform={placed.length > MANY ? "scale(0.75)" : undefined}>{mark}</g>
          </g>
        ))}
      </defs>
      {placed.some(({ below }) => below) && (
        <text y={height - 6} x={4} className="fill-ink-2">
          ↓ {placed.filter(({ below }) => below).length} further down
        </text>
      )}
      <Stretched height={height}>
        <path
          d={front}
          fill="none"
          strokeWidth={1.25}
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
          className="stroke-ink-3"
        />
      </Stretched>
      {placed.map((at) => {
        const point = byKey.get(at.key);
        const isStop = at.best || placed.length <= STOPS;
        return point && <Point key={at.key} at={at} point={point} isStop={isStop} />;
      })}
    </PlotFrame>
  );
}

function idOf(mark: string): string {
  return `mark-${mark}`;
}

type PointProps = { at: PlacedFrontPoint; point: MarkedPoint; isStop: boolean };

function Point({ at, point: { href, title, name, mark }, isStop }: PointProps) {
  const onLeft = at.label === "left";
  return (
    <a
      href={href}
      title={title}
      aria-label={name}
      tabIndex={isStop ? undefined : -1}
      className="group"
    >
      <use href={`#${idOf(mark)}`} x={`${at.x}%`} y={at.y} className="group-hover:opacity-70" />
      {at.label && name.length <= LONGEST && (
        <text
          x={`${at.x}%`}
          y={at.y}
          dx={onLeft ? -12 : 12}
          dy="0.32em"
          textAnchor={onLeft ? "end" : "start"}
          strokeWidth={3}
          className="fill-ink stroke-surface [paint-order:stroke] group-hover:fill-accent max-sm:hidden"
        >
          {name}
        </text>
      )}
    </a>
  );
}
