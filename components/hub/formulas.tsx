import {
  ablation,
  datapointFigures,
  experiments,
  featureStatistics,
  importFormula,
  type Metric,
  metrics,
  toyMeasures,
} from "trainer/bundle";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";

/** Every formula with its version: the table that the trainer computes by. */
export function Formulas() {
  return (
    <div className="max-w-5xl space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Metrics and formulas"
        lead="A number is only worth its definition. The trainer computes by this table, stores each value with its formula's version, and the pages show it. Counted tokens are those that a dictionary's token policy keeps; sums run over all of them before anything is divided."
      />
      <Section title="Of a dictionary">
        <FormulaList table={metrics} />
      </Section>
      <Section title="Of a feature">
        <FormulaList table={{ ...featureStatistics, ablation }} />
      </Section>
      <Section title="Of a datapoint">
        <FormulaList table={datapointFigures} prefix="datapoint-" />
      </Section>
      <Section title="Of a dictionary that was made elsewhere">
        <FormulaList table={{ import_check: importFormula }} />
      </Section>
      <Section title="Of an experiment">
        <FormulaList table={experiments} />
      </Section>
      <Section title="Of a toy">
        <FormulaList table={toyMeasures} prefix="toy-" />
      </Section>
    </div>
  );
}

type Formula = Pick<Metric, "title" | "formula" | "formula_version" | "unit"> &
  Partial<Pick<Metric, "better">>;

/** `prefix` goes before a name in its anchor, where another table has the same names. */
function FormulaList({ table, prefix = "" }: { table: Record<string, Formula>; prefix?: string }) {
  return (
    <dl className="panel divide-y divide-line">
      {Object.entries(table).map(([name, metric]) => (
        <div
          key={name}
          id={`${prefix}${name}`}
          className="grid gap-x-8 gap-y-1 px-4 py-3 target:bg-sunken md:grid-cols-[15rem_minmax(0,1fr)]"
        >
          <dt>
            <a href={`#${prefix}${name}`} className="font-medium hover:text-accent">
              {metric.title}
            </a>
            <code className="mt-0.5 block text-xs text-ink-2">{name}</code>
          </dt>
          <dd>
            <p className="text-pretty">{metric.formula}</p>
            <p className="mt-1 text-xs text-ink-2">{detailsOf(metric)}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function detailsOf({ formula_version, unit, better = "neither" }: Formula): string {
  const parts = [`formula version ${formula_version}`];
  if (unit) parts.push(`in ${unit === "fraction" ? "fractions of one" : unit}`);
  if (better !== "neither") parts.push(`${better} is better`);
  return parts.join(", ");
}
