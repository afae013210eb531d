import type { ReactNode } from "react";
import { type ExperimentName, experiments, type Sections } from "trainer/bundle";
import { FormulaLink, SectionNote } from "../experiments/section-note.tsx";
import { Section } from "../ui/section.tsx";

type Props = {
  name: ExperimentName;
  section: NonNullable<Sections[ExperimentName]>;
  children: ReactNode;
};

/** An experiment on several dictionaries, on the page of their model. */
export function SharedExperiment({ name, section, children }: Props) {
  const { title, question } = experiments[name];
  return (
    <Section id={name} title={title} aside={<FormulaLink name={name} />}>
      <p className="mb-3 text-ink-2">{question}</p>
      {children}
      <SectionNote section={section} />
    </Section>
  );
}
