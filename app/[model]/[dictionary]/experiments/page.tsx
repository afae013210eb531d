import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ExperimentsCard } from "@/components/experiments/experiments-card.tsx";
import { experimentsPath } from "@/lib/routes.ts";
import { pinnedOf, type SearchParams } from "@/lib/search-params.ts";
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
    title: `Experiments on ${dictionary}`,
    description: `What experiments found of the dictionary ${dictionary} of ${model}, with figures and formulas.`,
    alternates: { canonical: experimentsPath(model, dictionary) },
  };
}

export default async function ExperimentsPage({ params, searchParams }: Props) {
  const { model, dictionary: slug } = await params;
  const pinned = pinnedOf(await searchParams);
  const dictionary = await getDictionary(await viewer(), model, slug, pinned.revision);
  return dictionary ? <ExperimentsCard dictionary={dictionary} pinned={pinned} /> : notFound();
}
