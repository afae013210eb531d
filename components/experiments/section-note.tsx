import { type ExperimentName, experiments, type Sections } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { metricsPath } from "@/lib/routes.ts";

type Props = { section: NonNullable<Sections[ExperimentName]> };

/** What a section was measured on, and with which settings. */
export function SectionNote({ section }: Props) {
  const settings = Object.entries(section.config).flatMap(([key, value]) =>
    [value].flat().map((one) => `--${key} ${one}`),
  );
  return (
    <p className="mt-2 text-xs text-ink-2">
      {formatCount(section.tokens)} counted tokens, formula version {section.formula_version}
      {section.seed !== null && `, seed ${section.seed}`}
      {settings.length > 0 && (
        <>
          , <code>{settings.join(" ")}</code>
        </>
      )}
      .
    </p>
  );
}

/** How an experiment's numbers are computed: under the pointer, and one click away. */
export function FormulaLink({ name }: { name: ExperimentName }) {
  return (
    <a href={`${metricsPath}#${name}`} title={experiments[name].formula} className="hint">
      how it is computed
    </a>
  );
}
