import { experiments } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { metricsPath } from "@/lib/routes.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { Command } from "../../run/command.tsx";
import { Section } from "../../ui/section.tsx";
import { DatapointMapLoader } from "./datapoint-map-loader.tsx";

type Props = { dictionary: DictionaryView; pinned: { revision?: string } };

/** The datapoints in the plane, or how to lay them out. */
export function DatapointMap({ dictionary, pinned }: Props) {
  const { model, slug, revision, evaluation } = dictionary;
  const { title, question, formula, command } = experiments.umap;
  const section = evaluation.experiments.umap;
  return (
    <Section
      id="map"
      title={title}
      aside={
        <a href={`${metricsPath}#umap`} title={formula} className="hint">
          how it is computed
        </a>
      }
    >
      <p className="mb-3 max-w-3xl text-ink-2">
        {question}{" "}
        {section &&
          `${formatCount(section.points)} datapoints, near one another where their ${spaces[section.over]} are alike.`}
      </p>
      {section ? (
        <>
          <DatapointMapLoader
            model={model}
            dictionary={slug}
            revision={revision}
            isPinned={pinned.revision !== undefined}
          />
          <noscript>
            <p className="panel px-6 py-10 text-center text-ink-2">
              The map is drawn by JavaScript. The table below holds the same datapoints, to be
              sorted by each of their figures.
            </p>
          </noscript>
        </>
      ) : (
        <p className="panel px-6 py-10 text-center text-ink-2">
          No layout yet. <Command>npx trainer {command}</Command> on the folder of the run makes
          one; its bundle is then uploaded again.
        </p>
      )}
    </Section>
  );
}

const spaces = {
  x: "activations of the model",
  features: "feature activations",
  error: "errors of reconstruction",
};
