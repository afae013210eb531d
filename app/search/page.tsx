import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SearchResults } from "@/components/hub/search-results.tsx";
import { firstOf, type SearchParams } from "@/lib/search-params.ts";
import { findAddress, searchNames } from "@/server/queries/search.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Search", robots: { index: false } };

type Props = { searchParams: Promise<SearchParams> };

export default async function SearchPage({ searchParams }: Props) {
  const query = firstOf((await searchParams).q).trim();
  const address = await findAddress(await viewer(), query);
  if (address) redirect(address);
  const { models, dictionaries } = await searchNames(await viewer(), query);
  return <SearchResults query={query} models={models} dictionaries={dictionaries} />;
}
