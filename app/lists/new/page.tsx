import type { Metadata } from "next";
import { NewList } from "@/components/community/new-list.tsx";
import { mayWrite } from "@/lib/may-write.ts";
import { mentionedBy } from "@/lib/mentions.ts";
import { firstOf, type SearchParams } from "@/lib/search-params.ts";
import type { ListedFeature } from "@/lib/views.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "New list" };

type Props = { searchParams: Promise<SearchParams> };

export default async function NewListPage({ searchParams }: Props) {
  const feature = featureOf(firstOf((await searchParams).feature));
  return <NewList feature={feature} mayWrite={mayWrite(await viewer())} />;
}

function featureOf(address: string): ListedFeature | null {
  const named = mentionedBy(address);
  if (!named || named.index === null) return null;
  const { model, dictionary, index, revision } = named;
  return { model, dictionary, index, ...(revision !== null && { revision }) };
}
