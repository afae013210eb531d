import { type ExperimentName, experiments, type Sections } from "trainer/bundle";
import { experimentsPath } from "@/lib/routes.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { DictionaryHeading } from "../dictionary/dictionary-heading.tsx";
import { RevisionNotice } from "../dictionary/revision-notice.tsx";
import { Section } from "../ui/section.tsx";
import { FormulaLink, SectionNote } from "./section-note.tsx";
import type { ExperimentView } from "./view.ts";
import { experimentViews } from "./views.ts";

type Props = { dictionary: DictionaryView; pinned: { revision?: string } };

/** What experiments found of a dictionary, and the commands of those that have not been run on it. */
export function ExperimentsCard({ dictionary, pinned }: Props) {
  const { model, slug, evaluation } = dictionary;
  const names = Object.keys(experiments) as ExperimentName[];
  const found = names.filter((name) => evaluation.experiments[name]);
  const others = names.filter((name) => !evaluation.experiments[name]);
  return (
    <>
      {pinned.revision && (
        <RevisionNotice revision={dictionary.revision} newestHref={experimentsPath(model, slug)} />
      )}
      <DictionaryHeading dictionary={dictionary} pinned={pinned} current="experiments" />
      <div className="space-y-14">
        {found.map((name) => (
          <Found key={name} name={name} dictionary={dictionary} pinned={pinned} />
        ))}
        {others.length > 0 && <NotRun names={others} />}
      </div>
    </>
  );
}

function Found<Name extends ExperimentName>({ name, dictionary, pinned }: Props & { name: Name }) {
  const { title, question } = experiments[name];
  const section = dictionary.evaluation.experiments[name] as NonNullable<Sections[Name]>;
  const View = experimentViews[name] as ExperimentView<Name>;
  return (
    <Section id={name} title={title} aside={<FormulaLink name={name} />}>
      <p className="mb-3 text-ink-2">{question}</p>
      <div className="panel p-4 sm:p-6">
        <View section={section} dictionary={dictionary} pinned={pinned} />
      </div>
      <SectionNote section={section} />
    </Section>
  );
}

function NotRun({ names }: { names: ExperimentName[] }) {
  return (
    <Section id="not-run" title="Not run yet">
      <p className="mb-3 max-w-3xl text-ink-2">
        Each is a command on the folder of the run, whose bundle is then uploaded again as a new
        revision; links to this one keep working.
      </p>
      <dl className="panel divide-y divide-line">
        {names.map((name) => (
          <div key={name} className="grid gap-x-8 gap-y-1 px-4 py-3 md:grid-cols-2">
            <dt>
              {experiments[name].title}
              <p className="text-xs text-ink-2">{experiments[name].question}</p>
            </dt>
            <dd>
              <code className="text-[0.8125rem]">npx trainer {experiments[name].command}</code>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
