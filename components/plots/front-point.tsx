import type { Architecture } from "trainer/bundle";
import { ArchitectureMark } from "./architecture-mark.tsx";

type Props = {
  href: string;
  /** what is said of it on hover */
  title: string;
  name: string;
  /** whether its name stands beside it */
  named: boolean;
  architecture: Architecture;
  point: { x: number; y: number; best: boolean; labelOn: "left" | "right" };
};

/** One dictionary in a plot of sparsity against quality. */
export function FrontPoint({ href, title, name, named, architecture, point }: Props) {
  const onLeft = point.labelOn === "left";
  return (
    <a href={href} className="group">
      <title>{title}</title>
      <circle cx={`${point.x}%`} cy={point.y} r={14} fill="transparent" />
      <svg x={`${point.x}%`} y={point.y} className="overflow-visible" aria-hidden="true">
        <ArchitectureMark architecture={architecture} />
      </svg>
      {named && (
        <text
          x={`${point.x}%`}
          y={point.y}
          dx={onLeft ? -11 : 11}
          dy="0.32em"
          textAnchor={onLeft ? "end" : "start"}
          className={`fill-ink group-hover:fill-accent ${point.best ? "" : "max-sm:hidden"}`}
        >
          {name}
        </text>
      )}
    </a>
  );
}
