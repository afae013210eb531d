import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EmbedFrame } from "@/components/embed/embed-frame.tsx";
import { EmbeddedDictionary } from "@/components/embed/embedded-dictionary.tsx";
import { dictionaryEmbed } from "@/lib/embed.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import { pinnedOf, readQuery, type SearchParams } from "@/lib/search-params.ts";
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
    title: `${dictionary} of ${model}`,
    robots: { index: false },
    alternates: { canonical: dictionaryPath(model, dictionary) },
  };
}

export default async function EmbeddedDictionaryPage({ params, searchParams }: Props) {
  const { model, dictionary: slug } = await params;
  const query = await searchParams;
  const pinned = pinnedOf(query);
  const shown = readQuery(dictionaryEmbed, query);
  const dictionary = await getDictionary(await viewer(), model, slug, pinned.revision);
  if (!dictionary) notFound();
  return (
    <EmbedFrame
      theme={shown.theme}
      title={slug}
      place={model}
      href={dictionaryPath(model, slug, pinned)}
    >
      <EmbeddedDictionary dictionary={dictionary} shown={shown} />
    </EmbedFrame>
  );
}
