import Link from "next/link";
import { datapointsPath } from "@/lib/routes.ts";
import { CeDiffHistogram, CeDiffVerdict } from "../datapoints/distribution.tsx";
import type { ExperimentView } from "./view.ts";

export const CeDiffView: ExperimentView<"ce_diff"> = ({ section, dictionary, pinned }) => (
  <>
    <CeDiffVerdict section={section} />
    <CeDiffHistogram section={section} height={180} />
    <p className="mt-4">
      <Link href={datapointsPath(dictionary.model, dictionary.slug, pinned)} className="link">
        The worst and the best in their text
      </Link>
    </p>
  </>
);
