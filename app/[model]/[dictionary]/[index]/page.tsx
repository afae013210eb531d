import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache, Suspense } from "react";
import { RevisionNotice } from "@/components/dictionary/revision-notice.tsx";
import { describeFeature } from "@/components/feature/describe.ts";
import { Elsewhere } from "@/components/feature/elsewhere.tsx";
import { FeatureCard } from "@/components/feature/feature-card.tsx";
import { oembedTypes } from "@/lib/discovery.ts";
import { windowQuery } from "@/lib/example-window.ts";
import { featurePath, feedPath } from "@/lib/routes.ts";
import { firstOf, pinnedOf, readQuery, type SearchParams } from "@/lib/search-params.ts";
import type { FeatureView } from "@/lib/views.ts";
import { requestOrigin } from "@/server/origin.ts";
import { storedAblation } from "@/server/queries/ablation.ts";
import { getConnectionGraph } from "@/server/queries/connection-graph.ts";
import { getElsewhere } from "@/server/queries/elsewhere.ts";
import { getFeature } from "@/server/queries/features.ts";
import { getSaid } from "@/server/queries/said.ts";
import { timed } from "@/server/timing.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = {
  params: Promise<{ model: string; dictionary: string; index: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { model, dictionary, index } = await props.params;
  const feature = await readFeature(props);
  if (!feature) return { title: "Not found" };
  const canonical = featurePath(model, dictionary, Number(index));
  return {
    title: `Feature ${feature.record.index} of ${dictionary}`,
    description: describeFeature(feature),
    alternates: {
      canonical,
      types: {
        ...oembedTypes(canonical, await requestOrigin()),
        "application/atom+xml": feedPath(canonical),
      },
    },
  };
}

export default async function FeaturePage(props: Props) {
  const { model, dictionary, index } = await props.params;
  const searchParams = await props.searchParams;
  const pinned = pinnedOf(searchParams);
  const feature = await readFeature(props);
  if (!feature) notFound();
  const asked = await viewer();
  const [graph, said, ablation] = await timed(
    "query",
    Promise.all([
      isConnected(feature)
        ? getConnectionGraph(asked, model, dictionary, Number(index), pinned.revision)
        : null,
      getSaid(asked, feature, pinned.revision),
      storedAblation(asked, { model, slug: dictionary, index: Number(index), ...pinned }),
    ]),
  );
  return (
    <>
      {pinned.revision && (
        <RevisionNotice
          revision={feature.dictionary.revision}
          newestHref={featurePath(model, dictionary, Number(index))}
        />
      )}
      <FeatureCard
        feature={feature}
        graph={graph}
        said={said}
        ablation={ablation}
        pinned={pinned}
        window={readQuery(windowQuery, searchParams).window}
        others={
          firstOf(searchParams.others) === "nearest" && (
            <Suspense fallback={<p className="text-ink-2">Comparing the decoders…</p>}>
              <Others model={model} slug={dictionary} index={Number(index)} {...pinned} />
            </Suspense>
          )
        }
      />
    </>
  );
}

type OthersProps = { model: string; slug: string; index: number; revision?: string };

async function Others({ revision, ...feature }: OthersProps) {
  const elsewhere = await getElsewhere(await viewer(), feature, revision);
  if (elsewhere === "busy") return <p>Too many compare at this time; reload in a minute.</p>;
  return elsewhere && <Elsewhere elsewhere={elsewhere} />;
}

async function readFeature({ params, searchParams }: Props) {
  const { model, dictionary, index } = await params;
  const { revision } = pinnedOf(await searchParams);
  const { window } = readQuery(windowQuery, await searchParams);
  return /^\d+$/.test(index)
    ? cachedFeature(await viewer(), model, dictionary, Number(index), revision, window === "whole")
    : null;
}

/** read once for the page and its metadata */
const cachedFeature = cache((...asked: Parameters<typeof getFeature>) =>
  timed("query", getFeature(...asked)),
);

function isConnected({ connections }: FeatureView): boolean {
  return connections.built_from.length + connections.feeds.length > 0;
}
