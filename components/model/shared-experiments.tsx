import type { ModelQuery } from "@/lib/model-query.ts";
import type { DictionarySummary, ModelExperiments } from "@/lib/views.ts";
import { Verdict } from "../experiments/verdict.tsx";
import { AcrossLayers, acrossVerdict } from "./across-layers.tsx";
import { layerVerdicts } from "./describe-layers.ts";
import { widthVerdicts } from "./describe-width.ts";
import { LayerPlots } from "./layer-plots.tsx";
import { LayerTable } from "./layer-table.tsx";
import { SharedExperiment } from "./shared-experiment.tsx";
import { WidthPlots } from "./width-plots.tsx";

type Props = {
  model: string;
  dictionaries: DictionarySummary[];
  experiments: ModelExperiments;
  query: ModelQuery;
};

/** What experiments found of a model's dictionaries side by side. */
export function SharedExperiments({ model, dictionaries, experiments, query }: Props) {
  const there = new Set(dictionaries.map(({ slug }) => slug));
  const { across_layers, layers, width } = experiments;
  return (
    <>
      {layers && (
        <SharedExperiment name="layers" section={layers}>
          <Verdict>{layerVerdicts(layers.rows).join(" ")}</Verdict>
          <LayerTable rows={layers.rows} model={model} there={there} query={query} />
          <div className="panel mt-4 p-4 sm:p-6">
            <LayerPlots rows={layers.rows} />
          </div>
        </SharedExperiment>
      )}
      {across_layers && (
        <SharedExperiment name="across_layers" section={across_layers}>
          <Verdict>{acrossVerdict(across_layers)}</Verdict>
          <div className="panel p-4 sm:p-6">
            <AcrossLayers section={across_layers} model={model} query={query} />
          </div>
        </SharedExperiment>
      )}
      {width && (
        <SharedExperiment name="width" section={width}>
          <Verdict>{widthVerdicts(width).join(" ")}</Verdict>
          <div className="panel p-4 sm:p-6">
            <WidthPlots section={width} model={model} />
          </div>
        </SharedExperiment>
      )}
    </>
  );
}
