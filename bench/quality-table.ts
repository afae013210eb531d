import type { Architecture } from "../trainer/src/bundle/cfg.ts";
import type { Evaluation, MetricName } from "../trainer/src/bundle/index.ts";

/** A dictionary that was made and measured, and by whose trainer. */
export type Row = { layer: number; architecture: Architecture; by: string } & Pick<
  Evaluation,
  "metrics" | "density_histogram"
>;

/** The histogram has ten bins to a decade, and 0.2 is 10^−0.7. */
const DENSE = "denser than 0.2";

export function table(rows: Row[]): string {
  const columns = [
    "layer",
    "architecture",
    "trained by",
    "l0",
    "fvu",
    "CE loss recovered",
    "dead",
    DENSE,
  ];
  const lines = rows.map(({ layer, architecture, by, metrics, density_histogram }) => {
    const write = (name: MetricName, digits: number) => metrics[name]?.value.toFixed(digits) ?? "–";
    return [
      layer,
      architecture,
      by,
      write("l0", 1),
      write("fvu", 4),
      write("ce_loss_recovered", 4),
      write("dead_fraction", 3),
      density_histogram.counts.slice(-7).reduce((sum, count) => sum + count, 0),
    ];
  });
  return [columns, columns.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
