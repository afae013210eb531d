import { formatShort } from "@/lib/format.ts";
import type { Coloring } from "../../map/colorings.ts";
import type { MapPoints } from "./points.ts";

/** What datapoints may be coloured by. Not from `trainer/bundle`: that would bring every schema to the browser. */
export const colorings = {
  ce_diff: { title: "CE-diff", kind: "diverging", unit: "nats" },
  squared_error: { title: "squared error", kind: "log", unit: "‖x − x̂‖²" },
  l0: { title: "L0", kind: "linear", unit: "active features" },
  position: { title: "position", kind: "linear", unit: "in its context" },
  norm_x: { title: "‖x‖", kind: "linear", unit: "" },
  token_id: { title: "token", kind: "category", unit: "" },
} as const satisfies Record<string, Coloring>;

/** What a point is, in one line. */
export function figuresText(points: MapPoints, row: number): string {
  const names = ["ce_diff", "squared_error", "l0", "position", "norm_x"] as const;
  return names
    .map((name) => `${colorings[name].title} ${formatShort(points[name][row] ?? Number.NaN)}`)
    .join(" · ");
}
