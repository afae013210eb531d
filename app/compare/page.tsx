import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ChoosePair } from "@/components/compare/choose-pair.tsx";
import { ComparisonPage } from "@/components/compare/comparison-page.tsx";
import { compareQuery } from "@/lib/compare-query.ts";
import { readQuery, type SearchParams } from "@/lib/search-params.ts";
import { getComparison } from "@/server/queries/compare.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const { a, b } = readQuery(compareQuery, await searchParams);
  return { title: a && b ? `${a} against ${b}` : "Compare two dictionaries" };
}

export default async function Page({ searchParams }: Props) {
  const query = readQuery(compareQuery, await searchParams);
  const who = await viewer();
  const dictionaries = await listDictionaries(who);
  if (query.a === "" || query.b === "")
    return <ChoosePair query={query} dictionaries={dictionaries} />;
  const comparison = await getComparison(who, query);
  if (!comparison) notFound();
  return <ComparisonPage comparison={comparison} query={query} dictionaries={dictionaries} />;
}
