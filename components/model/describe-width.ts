import { type MetricName, metrics, type Sections } from "trainer/bundle";
import { formatPercent, formatShort } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { shortHook } from "./describe-layers.ts";

type WidthSection = NonNullable<Sections["width"]>;
type WidthPoint = WidthSection["points"][number];

/** The points of each hook, in the order in which hooks were given. */
export function byHook(points: readonly WidthPoint[]): { hook: string; points: WidthPoint[] }[] {
  const hooks = [...new Set(points.map(({ hook_name }) => hook_name))];
  return hooks.map((hook) => ({
    hook,
    points: points.filter(({ hook_name }) => hook_name === hook),
  }));
}

/** What widening brings at each hook, and what it does to the gap between the earliest and the latest. */
export function widthVerdicts({ points, gaps }: WidthSection): string[] {
  const gained = byHook(points).map(({ hook, points }) => {
    const [first, last] = [points[0] as WidthPoint, points.at(-1) as WidthPoint];
    const from = (name: "fvu" | "ce_loss_recovered") =>
      `${title(name)} from ${formatMetric(name, first[name])} to ${formatMetric(name, last[name])}`;
    return `At ${shortHook(hook)}, going from ${factor(first.expansion_factor)} to ${factor(last.expansion_factor)} takes ${from("fvu")} and ${from("ce_loss_recovered")}.`;
  });
  const gap = gaps.find(({ metric }) => metric === "ce_loss_recovered");
  return gap ? [...gained, gapVerdict(gap)] : gained;
}

function gapVerdict(gap: WidthSection["gaps"][number]): string {
  const { metric, early, late, narrow, wide, at_narrow, at_wide, closed } = gap;
  const worse = at_narrow < 0 ? late : early;
  const size = (value: number) => formatMetric(metric, Math.abs(value));
  const turned = Math.sign(at_narrow) !== Math.sign(at_wide) ? ", the other way round" : "";
  const change = `The gap of ${title(metric)} between ${shortHook(early)} and ${shortHook(late)} is ${size(at_narrow)} at ${factor(narrow)} and ${size(at_wide)} at ${factor(wide)}${turned}`;
  if (closed === null) return `${change}.`;
  const share =
    closed <= 0
      ? "makes up nothing of it"
      : closed >= 1
        ? "makes up for all of it"
        : `makes up ${formatPercent(closed)} of it`;
  const answer =
    closed >= 0.9
      ? "width explains it"
      : closed >= 0.5
        ? "width explains most of it"
        : closed > 0.1
          ? "width explains a part of it"
          : "width does not explain it";
  return `${change}; widened alone, ${shortHook(worse)} ${share}: ${answer}.`;
}

function title(name: MetricName): string {
  return metrics[name].title;
}

export function factor(expansion: number): string {
  return `${formatShort(expansion)}x`;
}
