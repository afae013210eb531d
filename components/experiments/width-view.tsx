import { widthVerdicts } from "../model/describe-width.ts";
import { WidthPlots } from "../model/width-plots.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const WidthView: ExperimentView<"width"> = ({ section, dictionary }) => (
  <>
    <Verdict>{widthVerdicts(section).join(" ")}</Verdict>
    <WidthPlots section={section} model={dictionary.model} />
  </>
);
