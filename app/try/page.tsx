import type { Metadata } from "next";
import { headers } from "next/headers";
import { TryPage } from "@/components/try/try-page.tsx";
import { tryPath } from "@/lib/routes.ts";
import type { SearchParams } from "@/lib/search-params.ts";
import { readTryQuery } from "@/lib/try-query.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { triedOrWhyNot } from "@/server/queries/try-text.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "Try a text",
  description:
    "What the features of a dictionary say of any text: what is active at each token, and what the model loses when it is spliced in.",
  alternates: { canonical: tryPath() },
};

type Props = { searchParams: Promise<SearchParams> };

export default async function TryTextPage({ searchParams }: Props) {
  const query = readTryQuery(await searchParams);
  const who = await viewer();
  const dictionaries = await listDictionaries(who);
  const isAsked = query.text.trim() !== "" && query.dictionaries.length > 0;
  const result = isAsked
    ? await triedOrWhyNot(who, await headers(), { ...query, strongest: 8 })
    : null;
  return <TryPage dictionaries={dictionaries} query={query} result={result} />;
}
