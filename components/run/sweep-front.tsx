import { formatNumber } from "@/lib/format.ts";
import { runPath } from "@/lib/routes.ts";
import type { RunSummary } from "@/lib/views.ts";
import { architectureMarks } from "../dictionary/marks.tsx";
import { Front } from "../plots/front.tsx";
import type { FrontAxis } from "../plots/front-layout.ts";

const axis: FrontAxis = { kind: "log", better: "lower" };

/** A sweep's runs by how sparse they are and how little they leave unexplained, as of their newest lines. */
export function SweepFront({ runs }: { runs: RunSummary[] }) {
  const points = runs.flatMap(({ id, name, architecture, latest }) => {
    const { l0, fvu } = latest ?? {};
    if (l0 === undefined || typeof fvu !== "number") return [];
    const title = `${name}: L0 ${formatNumber(l0, 1)}, FVU ${formatNumber(fvu, 4)}`;
    return [{ key: id, l0, value: fvu, name, href: runPath(id), title, mark: architecture }];
  });
  if (points.length === 0)
    return <p className="text-ink-2">No run of it has measured its FVU yet.</p>;
  return (
    <Front
      points={points}
      marks={architectureMarks(runs)}
      axis={axis}
      label="Runs by L0 and FVU; the same numbers stand in the table"
      yTitle="FVU on held-out activations"
    />
  );
}
