import type { Metadata } from "next";
import { EmptyHub } from "@/components/hub/empty-hub.tsx";
import { Hub } from "@/components/hub/hub.tsx";
import { homeQuery } from "@/lib/home-query.ts";
import { readQuery, type SearchParams } from "@/lib/search-params.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { listDiscussions } from "@/server/queries/discussions.ts";
import { listModels } from "@/server/queries/models.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { alternates: { canonical: "/" } };

export default async function HomePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query = readQuery(homeQuery, await searchParams);
  const [models, dictionaries, { discussions }] = await Promise.all([
    listModels(await viewer()),
    listDictionaries(await viewer()),
    listDiscussions(await viewer(), { limit: 5 }),
  ]);
  return dictionaries.length > 0 ? (
    <Hub models={models} dictionaries={dictionaries} query={query} discussions={discussions} />
  ) : (
    <EmptyHub />
  );
}
