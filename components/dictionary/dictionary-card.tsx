import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { dictionaryPath, featurePath, featuresPath } from "@/lib/routes.ts";
import { snippetsOf, toSnippetOf } from "@/lib/snippets.ts";
import type { DictionaryView, SaidOfFeature } from "@/lib/views.ts";
import { Discussed } from "../community/said.tsx";
import { Section } from "../ui/section.tsx";
import { About } from "./about.tsx";
import { Configuration } from "./configuration.tsx";
import { DensityHistogram } from "./density-histogram.tsx";
import { DictionaryHeading } from "./dictionary-heading.tsx";
import { ExportList } from "./export-list.tsx";
import { FeatureHistograms } from "./feature-histograms.tsx";
import { FileList, Licence } from "./file-list.tsx";
import { Imported } from "./imported.tsx";
import { MetricList } from "./metric-list.tsx";
import { OwnerSettings } from "./owner-settings.tsx";
import { Provenance } from "./provenance.tsx";
import { RevisionList } from "./revision-list.tsx";
import { RevisionNotice } from "./revision-notice.tsx";
import { Snippets } from "./snippets.tsx";
import { TrainingCurves } from "./training-curves.tsx";

type Props = {
  dictionary: DictionaryView;
  pinned: { revision?: string };
  /** e.g. http://127.0.0.1:3000, for the snippets */
  origin: string;
  /** whether people sign in to this hub */
  hasAccounts: boolean;
} & Pick<SaidOfFeature, "discussions" | "discuss">;

export function DictionaryCard({ dictionary, pinned, origin, hasAccounts, ...said }: Props) {
  const { model, slug, manifest, evaluation, training, metrics, d_sae } = dictionary;
  return (
    <>
      {pinned.revision && (
        <RevisionNotice revision={dictionary.revision} newestHref={dictionaryPath(model, slug)} />
      )}
      <DictionaryHeading dictionary={dictionary} pinned={pinned} current="overview" />
      <About dictionary={dictionary} />
      <div className="space-y-12">
        <Section title="Metrics">
          <MetricList metrics={metrics} tokens={evaluation.metrics.l0.tokens} />
        </Section>
        <FeaturesInvite dictionary={dictionary} pinned={pinned} />
        {training.length > 0 && (
          <Section title="Training" aside={`${formatCount(training.length)} reported steps`}>
            <div className="panel p-4">
              <TrainingCurves lines={training} />
            </div>
          </Section>
        )}
        <Section title="Its features" aside={`${formatCount(d_sae)} counted`}>
          <div className="panel grid gap-x-8 gap-y-8 p-4 sm:grid-cols-2 xl:grid-cols-3">
            <div>
              <h3 className="mb-2">
                <span
                  title="Fraction of counted evaluation tokens on which the feature is active (activation > 0)."
                  className="hint"
                >
                  Density
                </span>
              </h3>
              <DensityHistogram evaluation={evaluation} />
            </div>
            <FeatureHistograms histograms={dictionary.histograms} />
          </div>
        </Section>
        <Section id="files" title="Files" aside={<Licence licence={dictionary.licence} />}>
          <FileList dictionary={dictionary} pinned={pinned} />
          <ExportList dictionary={dictionary} pinned={pinned} />
        </Section>
        <Section id="use" title="Use it">
          <Snippets snippets={snippetsOf(toSnippetOf(dictionary, manifest), origin, pinned)} />
        </Section>
        <div className="grid gap-x-10 gap-y-12 lg:grid-cols-2">
          <Section title="Provenance">
            <Provenance dictionary={dictionary} />
          </Section>
          <Section title="Configuration">
            <Configuration config={manifest.provenance.config} />
          </Section>
        </div>
        {manifest.provenance.import && (
          <Section id="import" title="Made elsewhere">
            <Imported imported={manifest.provenance.import} model={manifest.model_id} />
          </Section>
        )}
        <Discussed {...said} />
        <Section id="revisions" title="Revisions">
          <RevisionList dictionary={dictionary} />
        </Section>
        {dictionary.is_own && (
          <Section id="settings" title="Settings">
            <OwnerSettings dictionary={dictionary} hasAccounts={hasAccounts} />
          </Section>
        )}
      </div>
    </>
  );
}

/** The way into the features, and to one that is worth a look. */
function FeaturesInvite({ dictionary, pinned }: Pick<Props, "dictionary" | "pinned">) {
  const { model, slug, alive, d_sae, suggested_feature } = dictionary;
  return (
    <p className="panel flex flex-wrap items-baseline gap-x-6 gap-y-2 px-4 py-3">
      <span className="mr-auto">
        {formatCount(alive)} of {formatCount(d_sae)} features fire on the dashboard tokens.
      </span>
      {suggested_feature !== null && (
        <Link href={featurePath(model, slug, suggested_feature, pinned)} className="link">
          Start with feature {suggested_feature}
        </Link>
      )}
      <Link
        href={featuresPath(model, slug, {
          sort: "density",
          order: "desc",
          state: "alive",
          ...pinned,
        })}
        className="link"
      >
        All by density
      </Link>
    </p>
  );
}
