import { formatCount } from "@/lib/format.ts";
import type { ModelQuery } from "@/lib/model-query.ts";
import type { DictionarySummary, ModelExperiments, ModelSummary } from "@/lib/views.ts";
import { DictionaryTable } from "../dictionary/dictionary-table.tsx";
import { Facts } from "../dictionary/facts.tsx";
import { SharedExperiments } from "../model/shared-experiments.tsx";
import { Pareto } from "../plots/pareto.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { ArchitectureKey } from "./architecture-key.tsx";

type Props = {
  model: ModelSummary;
  dictionaries: DictionarySummary[];
  experiments: ModelExperiments;
  query: ModelQuery;
};

export function ModelCard({ model, dictionaries, experiments, query }: Props) {
  const features = dictionaries.reduce((sum, { d_sae }) => sum + d_sae, 0);
  const layers = new Set(dictionaries.map(({ layer }) => layer).filter((layer) => layer !== null));
  return (
    <div className="space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title={model.slug}
        lead={`${formatCount(features)} features in ${formatCount(dictionaries.length)} dictionaries.`}
      />
      <SharedExperiments
        model={model.slug}
        dictionaries={dictionaries}
        experiments={experiments}
        query={query}
      />
      <Section id="dictionaries" title="Dictionaries">
        <DictionaryTable dictionaries={dictionaries} ofOneModel />
      </Section>
      <div className="grid gap-x-10 gap-y-10 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Section
          title="Sparsity against loss kept"
          aside={<ArchitectureKey dictionaries={dictionaries} />}
        >
          <div className="panel p-4">
            <Pareto dictionaries={dictionaries} />
          </div>
        </Section>
        <Section title="The model">
          <Facts
            facts={[
              { key: "n_layers", term: "Layers", value: formatCount(model.n_layers) },
              { key: "d_model", term: "Width", value: formatCount(model.d_model) },
              { key: "d_vocab", term: "Vocabulary", value: `${formatCount(model.d_vocab)} tokens` },
              {
                key: "covered",
                term: "With dictionaries",
                value:
                  layers.size > 0
                    ? `layer${layers.size > 1 ? "s" : ""} ${[...layers].join(", ")}`
                    : "no layer yet",
              },
            ]}
          />
        </Section>
      </div>
    </div>
  );
}
