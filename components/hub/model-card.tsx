import { formatCount } from "@/lib/format.ts";
import { type ModelQuery, modelQuery } from "@/lib/model-query.ts";
import { modelSnippetsOf } from "@/lib/model-snippets.ts";
import { filtered, paretoQuery } from "@/lib/pareto-query.ts";
import { modelPath } from "@/lib/routes.ts";
import { saidQuery } from "@/lib/search-params.ts";
import type { DictionarySummary, ModelExperiments, ModelView } from "@/lib/views.ts";
import { DictionaryTable } from "../dictionary/dictionary-table.tsx";
import { ParetoBoard } from "../dictionary/pareto-board.tsx";
import { Snippets } from "../dictionary/snippets.tsx";
import { ModelFacts } from "../model/model-facts.tsx";
import { SharedExperiments } from "../model/shared-experiments.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";

type Props = {
  model: ModelView;
  dictionaries: DictionarySummary[];
  experiments: ModelExperiments;
  query: ModelQuery;
};

export function ModelCard({ model, dictionaries, experiments, query }: Props) {
  const features = dictionaries.reduce((sum, { d_sae }) => sum + d_sae, 0);
  const { sort, order, correlation, ...pareto } = query;
  const plotted = { ...pareto, model: "" };
  const shown = filtered(dictionaries, plotted);
  return (
    <div className="space-y-12">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title={model.slug}
        lead={`${formatCount(features)} features in ${formatCount(dictionaries.length)} dictionaries.`}
      />
      <Section id="pareto" title="Sparsity against what it costs">
        <ParetoBoard
          dictionaries={dictionaries}
          query={plotted}
          path={modelPath(model.slug)}
          others={saidQuery(modelQuery, {
            ...query,
            ...paretoQuery.omit({ model: true }).parse({}),
          })}
          ofOneModel
        />
      </Section>
      <Section
        id="dictionaries"
        title="Dictionaries by hook"
        aside={
          shown.length < dictionaries.length
            ? `${formatCount(shown.length)} of ${formatCount(dictionaries.length)} pass the filters above`
            : undefined
        }
      >
        <DictionaryTable dictionaries={shown} ofOneModel />
      </Section>
      <SharedExperiments
        model={model.slug}
        dictionaries={dictionaries}
        experiments={experiments}
        query={query}
      />
      <div className="grid gap-x-10 gap-y-12 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <Section title="The model">
          <ModelFacts model={model} dictionaries={dictionaries} />
        </Section>
        <Section id="use" title="Load it">
          <Snippets snippets={modelSnippetsOf(model, hookOf(dictionaries))} />
        </Section>
      </div>
    </div>
  );
}

/** A hook to show: of the residual stream, if a dictionary is there. */
function hookOf(dictionaries: DictionarySummary[]): string {
  const hooks = dictionaries.map(({ hook_name }) => hook_name);
  const residual = hooks.find((hook) => hook.endsWith("hook_resid_post"));
  return residual ?? hooks[0] ?? "blocks.0.hook_resid_post";
}
