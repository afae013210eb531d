import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DictionaryCard } from "@/components/dictionary/dictionary-card.tsx";
import { oembedTypes } from "@/lib/discovery.ts";
import { mayWrite } from "@/lib/may-write.ts";
import { dictionaryPath, feedPath, newDiscussionPath } from "@/lib/routes.ts";
import { pinnedOf, type SearchParams } from "@/lib/search-params.ts";
import { signInWays } from "@/server/accounts/ways.ts";
import { requestOrigin } from "@/server/origin.ts";
import { getDictionary } from "@/server/queries/dictionaries.ts";
import { discussionsOfDictionary } from "@/server/queries/discussions.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = {
  params: Promise<{ model: string; dictionary: string }>;
  searchParams: Promise<SearchParams>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, dictionary } = await params;
  const canonical = dictionaryPath(model, dictionary);
  return {
    title: `${dictionary} of ${model}`,
    description: `Metrics, training curves, files and features of the dictionary ${dictionary} of ${model}.`,
    alternates: {
      canonical,
      types: {
        ...oembedTypes(canonical, await requestOrigin()),
        "application/atom+xml": feedPath(canonical),
      },
    },
  };
}

export default async function DictionaryPage({ params, searchParams }: Props) {
  const { model, dictionary: slug } = await params;
  const pinned = pinnedOf(await searchParams);
  const dictionary = await getDictionary(await viewer(), model, slug, pinned.revision);
  if (!dictionary) notFound();
  const asked = await viewer();
  return (
    <DictionaryCard
      dictionary={dictionary}
      pinned={pinned}
      origin={await requestOrigin()}
      hasAccounts={signInWays() !== null}
      discussions={await discussionsOfDictionary(asked, model, slug)}
      discuss={mayWrite(asked) ? newDiscussionPath(dictionaryPath(model, slug, pinned)) : null}
    />
  );
}
