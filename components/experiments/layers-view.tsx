import Link from "next/link";
import { modelPath } from "@/lib/routes.ts";
import { layerVerdicts } from "../model/describe-layers.ts";
import { LayerPlots } from "../model/layer-plots.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const LayersView: ExperimentView<"layers"> = ({ section, dictionary }) => (
  <>
    <Verdict>{layerVerdicts(section.rows).join(" ")}</Verdict>
    <LayerPlots rows={section.rows} />
    <p className="mt-4 text-xs text-ink-2">
      The numbers, to be sorted, stand on{" "}
      <Link href={`${modelPath(dictionary.model)}#layers`} className="link">
        the model’s page
      </Link>
      .
    </p>
  </>
);
