import type { ReactNode } from "react";
import type { Tick } from "./scale.ts";

type Props = {
  /** what the plot shows, for those who cannot see it */
  label: string;
  height: number;
  xTicks: Tick[];
  yTicks: Tick[];
  xTitle: string;
  yTitle: string;
  /** a group where what is drawn can be followed: within an image nothing can */
  role?: "img" | "group";
  children: ReactNode;
};

/** Axes around a plot: across in percent of the width, down in pixels (see scale.ts). */
export function PlotFrame(props: Props) {
  const { label, height, xTicks, yTicks, xTitle, yTitle, role = "img", children } = props;
  return (
    <figure className="m-0">
      <p className="eyebrow mb-2 font-normal">{yTitle}</p>
      <div className="pr-3 pb-6 pl-11">
        <svg
          role={role}
          aria-label={label}
          width="100%"
          height={height}
          className="block overflow-visible font-mono text-2xs tabular-nums"
        >
          {yTicks.map(({ at, label }) => (
            <g key={label}>
              <line x1="0" x2="100%" y1={at} y2={at} className="stroke-line" />
              <text x={-8} y={at} dy="0.32em" textAnchor="end" className="fill-ink-2">
                {label}
              </text>
            </g>
          ))}
          {xTicks.map(({ at, label }) => (
            <g key={label}>
              <line
                x1={`${at}%`}
                x2={`${at}%`}
                y1={height}
                y2={height + 4}
                className="stroke-line-strong"
              />
              <text x={`${at}%`} y={height + 17} textAnchor="middle" className="fill-ink-2">
                {label}
              </text>
            </g>
          ))}
          {children}
          <line x1="0" x2="100%" y1={height} y2={height} className="stroke-line-strong" />
        </svg>
      </div>
      <figcaption className="eyebrow mt-1 pr-3 text-right font-normal">{xTitle}</figcaption>
    </figure>
  );
}
