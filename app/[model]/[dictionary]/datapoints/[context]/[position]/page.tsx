import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { DatapointCard } from "@/components/datapoints/datapoint-card.tsx";
import { describeDatapoint } from "@/components/datapoints/describe.ts";
import { RevisionNotice } from "@/components/dictionary/revision-notice.tsx";
import { placeOf } from "@/lib/address.ts";
import { datapointPath } from "@/lib/routes.ts";
import { pinnedOf, type SearchParams } from "@/lib/search-params.ts";
import { getDatapoint } from "@/server/queries/datapoint.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = {
  params: Promise<{ model: string; dictionary: string; context: string; position: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { model, dictionary } = await props.params;
  const datapoint = await readDatapoint(props);
  if (!datapoint) return { title: "Not found" };
  const { context, position } = datapoint;
  return {
    title: `Datapoint ${context}/${position} of ${dictionary}`,
    description: describeDatapoint(datapoint),
    alternates: { canonical: datapointPath(model, dictionary, datapoint) },
  };
}

export default async function DatapointPage(props: Props) {
  const { model, dictionary } = await props.params;
  const pinned = pinnedOf(await props.searchParams);
  const datapoint = await readDatapoint(props);
  if (!datapoint) notFound();
  return (
    <>
      {pinned.revision && (
        <RevisionNotice
          revision={datapoint.dictionary.revision}
          newestHref={datapointPath(model, dictionary, datapoint)}
        />
      )}
      <DatapointCard datapoint={datapoint} pinned={pinned} />
    </>
  );
}

async function readDatapoint({ params, searchParams }: Props) {
  const { model, dictionary, ...named } = await params;
  const { revision } = pinnedOf(await searchParams);
  const place = placeOf(named);
  return place && cachedDatapoint(model, dictionary, place.context, place.position, revision);
}

/** read once for the page and its metadata: by numbers, since two objects are never the same */
const cachedDatapoint = cache(
  async (model: string, dictionary: string, context: number, position: number, revision?: string) =>
    getDatapoint(await viewer(), model, dictionary, { context, position }, revision),
);
