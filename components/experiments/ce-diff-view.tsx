import { formatNumber, formatPercent } from "@/lib/format.ts";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const CeDiffView: ExperimentView<"ce_diff"> = ({ section }) => {
  const { mean, negative_fraction, shares } = section;
  const worst = shares.map(
    ({ worst, of_total }) => `the worst ${100 * worst} % carry ${formatPercent(of_total)}`,
  );
  return (
    <Verdict>
      On average x̂ costs {formatNumber(mean, 4)} nats. Of that, {worst.join(", ")}. At{" "}
      {formatPercent(negative_fraction)} of the positions the model does better with x̂.
    </Verdict>
  );
};
