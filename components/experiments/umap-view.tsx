import Link from "next/link";
import { formatCount, formatNumber } from "@/lib/format.ts";
import { datapointsPath } from "@/lib/routes.ts";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const UmapView: ExperimentView<"umap"> = ({ section, dictionary, pinned }) => {
  const { points, separation } = section;
  const { auroc, k, held_out, bad_fraction } = separation;
  return (
    <>
      <Verdict>
        {auroc === null ? (
          "There are too few datapoints to say whether bad ones lie together."
        ) : (
          <>
            {together(auroc)} the {k} nearest neighbours of a datapoint tell whether it is among the
            worst {formatNumber(100 * bad_fraction, 0)} % with an AUROC of {formatNumber(auroc, 2)},
            where 0.5 is chance ({formatCount(held_out)} held out).
          </>
        )}
      </Verdict>
      <p>
        <Link
          href={`${datapointsPath(dictionary.model, dictionary.slug, pinned)}#map`}
          className="link"
        >
          The map of {formatCount(points)} datapoints
        </Link>
        <span className="text-ink-2">
          {" "}
          shows where they lie: their text, what they have in common, and which features are
          over-represented among those that one draws around.
        </span>
      </p>
    </>
  );
};

/** What an AUROC means, in words. */
function together(auroc: number): string {
  if (auroc < 0.6) return "Bad datapoints hardly lie together:";
  return auroc < 0.7 ? "Bad datapoints lie together somewhat:" : "Bad datapoints lie together:";
}
