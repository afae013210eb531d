import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { FeatureBrowser } from "@/components/dictionary/feature-browser.tsx";
import { readFeatureQuery } from "@/lib/feature-query.ts";
import { featuresPath } from "@/lib/routes.ts";
import { pinnedOf, type SearchParams } from "@/lib/search-params.ts";
import { getSummary } from "@/server/queries/dictionaries.ts";
import { listFeatures } from "@/server/queries/feature-table.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = {
  params: Promise<{ model: string; dictionary: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, dictionary } = await params;
  return {
    title: `Features of ${dictionary}`,
    description: `Every feature of the dictionary ${dictionary} of ${model}: sort, filter and search.`,
    alternates: { canonical: featuresPath(model, dictionary) },
  };
}

export default async function FeaturesPage({ params, searchParams }: Props) {
  const { model, dictionary: slug } = await params;
  const asked = await searchParams;
  const query = readFeatureQuery(asked);
  const pinned = pinnedOf(asked);
  const asks = await viewer();
  const [dictionary, table] = await Promise.all([
    getSummary(asks, model, slug, pinned.revision),
    listFeatures(asks, model, slug, query, pinned.revision),
  ]);
  if (!dictionary || !table) notFound();
  return <FeatureBrowser dictionary={dictionary} table={table} query={query} pinned={pinned} />;
}
