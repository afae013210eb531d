import { formatCount, formatTime } from "@/lib/format.ts";
import { toysPath } from "@/lib/routes.ts";
import type { ToyView } from "@/lib/views.ts";
import { Configuration } from "../dictionary/configuration.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { ResultTable } from "./result-table.tsx";
import { Setting } from "./setting.tsx";

export function ToyCard({ view }: { view: ToyView }) {
  const { name, results, tokens, held_out_tokens, seed, engine, trainer_version, config } =
    view.toy;
  const found_cosine = Number(config.found_cosine);
  return (
    <div className="space-y-12">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: toysPath, text: "toys" },
        ]}
        title={name}
        lead={`Dictionaries whose features are known, and what autoencoders learnt of them from ${formatCount(tokens)} rows each; measured on ${formatCount(held_out_tokens)} others.`}
      />
      <Section title="What was found" aside={`formula version ${view.toy.formula_version}`}>
        <ResultTable results={results} />
      </Section>
      <Section title="Figures">
        <div className="grid gap-5 sm:grid-cols-2 xl:grid-cols-3">
          {results.map((result) => (
            <Setting key={result.name} result={result} found_cosine={found_cosine} />
          ))}
        </div>
      </Section>
      <Section title="Configuration">
        <Configuration config={config} />
        <p className="mt-2 text-xs text-ink-2">
          Seed {seed}, trainer {trainer_version}, {engine}; here since {formatTime(view.created_at)}
          .
        </p>
      </Section>
    </div>
  );
}
