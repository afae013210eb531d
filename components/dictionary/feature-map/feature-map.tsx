import { metricsPath } from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { Section } from "../../ui/section.tsx";
import { figureColumns } from "../feature-figures.ts";
import { FeatureMapLoader } from "./feature-map-loader.tsx";

type Props = { dictionary: DictionarySummary; pinned: { revision?: string } };

const formula =
  "UMAP (McInnes et al. 2018) of the rows of W_dec by their cosine distance, 15 neighbours; of more than 16,384 features a sample is laid out, and each other lies between its three nearest of it.";

/** The features in the plane. */
export function FeatureMap({ dictionary, pinned }: Props) {
  const { model, slug, revision } = dictionary;
  return (
    <Section
      id="map"
      title="Map of features"
      aside={
        <a href={`${metricsPath}#nearest_cosine`} title={formula} className="hint">
          how it is computed
        </a>
      }
    >
      <p className="mb-3 max-w-3xl text-ink-2">
        Which features write in similar directions? Near one another are features whose decoder rows
        are alike.
      </p>
      <FeatureMapLoader
        of={{ model, dictionary: slug, revision, isPinned: pinned.revision !== undefined }}
        figures={figureColumns}
      />
      <noscript>
        <p className="panel px-6 py-10 text-center text-ink-2">
          The map is drawn by JavaScript. The table holds the same features, to be sorted and
          filtered by each of their figures.
        </p>
      </noscript>
    </Section>
  );
}
