import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DatapointBrowser } from "@/components/datapoints/datapoint-browser.tsx";
import { readDatapointQuery } from "@/lib/datapoint-query.ts";
import { datapointsPath } from "@/lib/routes.ts";
import { pinnedOf, type SearchParams } from "@/lib/search-params.ts";
import { listDatapoints } from "@/server/queries/datapoints.ts";
import { getDictionary } from "@/server/queries/dictionaries.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = {
  params: Promise<{ model: string; dictionary: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, dictionary } = await params;
  return {
    title: `Datapoints of ${dictionary}`,
    description: `Where the dictionary ${dictionary} of ${model} succeeds and fails: token positions by CE-diff, in their text.`,
    alternates: { canonical: datapointsPath(model, dictionary) },
  };
}

export default async function DatapointsPage({ params, searchParams }: Props) {
  const { model, dictionary: slug } = await params;
  const asked = await searchParams;
  const query = readDatapointQuery(asked);
  const pinned = pinnedOf(asked);
  const [dictionary, table] = await Promise.all([
    getDictionary(await viewer(), model, slug, pinned.revision),
    listDatapoints(await viewer(), model, slug, query, pinned.revision),
  ]);
  if (!dictionary || !table) notFound();
  return <DatapointBrowser dictionary={dictionary} table={table} query={query} pinned={pinned} />;
}
