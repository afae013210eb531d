import { formatNumber } from "@/lib/format.ts";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const UmapView: ExperimentView<"umap"> = ({ section }) => {
  const { auroc, k } = section.separation;
  return (
    <Verdict>
      {auroc === null
        ? "There are too few datapoints to say whether bad ones lie together."
        : `The ${k} nearest neighbours of a datapoint tell whether it is bad with an AUROC of ${formatNumber(auroc, 2)}; 0.5 is chance.`}
    </Verdict>
  );
};
