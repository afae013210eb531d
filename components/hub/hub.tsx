import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { dictionaryPath, modelPath } from "@/lib/routes.ts";
import type { DictionarySummary, ModelSummary } from "@/lib/views.ts";
import { DictionaryTable } from "../dictionary/dictionary-table.tsx";
import { Pareto } from "../plots/pareto.tsx";
import { Section } from "../ui/section.tsx";
import { ArchitectureKey } from "./architecture-key.tsx";
import { Hero } from "./hero.tsx";

type Props = { models: ModelSummary[]; dictionaries: DictionarySummary[] };

export function Hub({ models, dictionaries }: Props) {
  return (
    <div className="space-y-12">
      <Hero />
      <div className="grid gap-x-10 gap-y-10 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Section
          title="Sparsity against loss kept"
          aside={<ArchitectureKey dictionaries={dictionaries} />}
        >
          <div className="panel p-4">
            <Pareto dictionaries={dictionaries} />
          </div>
        </Section>
        <Section title="Models">
          <ul className="panel divide-y divide-line">
            {models.map((model) => (
              <ModelItem
                key={model.slug}
                model={model}
                dictionaries={dictionaries.filter((d) => d.model === model.slug)}
              />
            ))}
          </ul>
        </Section>
      </div>
      <Section title="Dictionaries" aside={`${formatCount(dictionaries.length)} in all`}>
        <DictionaryTable dictionaries={dictionaries} />
      </Section>
    </div>
  );
}

const shown = 8;

type ItemProps = { model: ModelSummary; dictionaries: DictionarySummary[] };

function ModelItem({ model, dictionaries }: ItemProps) {
  return (
    <li className="px-4 py-3">
      <h3>
        <Link href={modelPath(model.slug)} className="link font-mono">
          {model.slug}
        </Link>
      </h3>
      <p className="text-xs text-ink-2">
        {formatCount(model.n_layers)} layers, width {formatCount(model.d_model)},{" "}
        {formatCount(model.d_vocab)} tokens
      </p>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {dictionaries.slice(0, shown).map(({ slug }) => (
          <li key={slug}>
            <Link
              href={dictionaryPath(model.slug, slug)}
              className="block rounded bg-sunken px-2 py-1 font-mono text-xs hover:text-accent"
            >
              {slug}
            </Link>
          </li>
        ))}
        {dictionaries.length > shown && (
          <li>
            <Link href={modelPath(model.slug)} className="link block px-1 py-1 text-xs">
              and {formatCount(dictionaries.length - shown)} more
            </Link>
          </li>
        )}
      </ul>
    </li>
  );
}
