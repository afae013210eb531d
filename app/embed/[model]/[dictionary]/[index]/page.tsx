import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EmbedFrame } from "@/components/embed/embed-frame.tsx";
import { EmbeddedFeature } from "@/components/embed/embedded-feature.tsx";
import { featureEmbed } from "@/lib/embed.ts";
import { featurePath } from "@/lib/routes.ts";
import { pinnedOf, readQuery, type SearchParams } from "@/lib/search-params.ts";
import { getFeature } from "@/server/queries/features.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = {
  params: Promise<{ model: string; dictionary: string; index: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, dictionary, index } = await params;
  const canonical = featurePath(model, dictionary, Number(index));
  return {
    title: `Feature ${index} of ${dictionary}`,
    robots: { index: false },
    alternates: { canonical },
  };
}

export default async function EmbeddedFeaturePage({ params, searchParams }: Props) {
  const { model, dictionary, index } = await params;
  const query = await searchParams;
  const pinned = pinnedOf(query);
  const shown = readQuery(featureEmbed, query);
  const feature = /^\d{1,9}$/.test(index)
    ? await getFeature(await viewer(), model, dictionary, Number(index), pinned.revision)
    : null;
  if (!feature) notFound();
  return (
    <EmbedFrame
      theme={shown.theme}
      title={`Feature ${index}`}
      place={`${model} / ${dictionary}`}
      href={featurePath(model, dictionary, Number(index), pinned)}
    >
      <EmbeddedFeature feature={feature} shown={shown} />
    </EmbedFrame>
  );
}
