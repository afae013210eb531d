import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SearchPage } from "@/components/search/search-page.tsx";
import { readQuery, type SearchParams } from "@/lib/search-params.ts";
import { searchQuery } from "@/lib/search-query.ts";
import { listModels } from "@/server/queries/models.ts";
import { search } from "@/server/queries/search.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const { q } = readQuery(searchQuery, await searchParams);
  return { title: q === "" ? "Search" : `Search for “${q}”`, robots: { index: false } };
}

export default async function Page({ searchParams }: Props) {
  const query = readQuery(searchQuery, await searchParams);
  const who = await viewer();
  const [found, models] = await Promise.all([search(who, query), listModels(who)]);
  if (found.address && query.in === "all") redirect(found.address);
  return <SearchPage found={found} models={models.map(({ slug }) => slug)} />;
}
