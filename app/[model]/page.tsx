import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ModelCard } from "@/components/hub/model-card.tsx";
import { modelQuery } from "@/lib/model-query.ts";
import { modelPath } from "@/lib/routes.ts";
import { readQuery, type SearchParams } from "@/lib/search-params.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { getModelExperiments } from "@/server/queries/model-experiments.ts";
import { getModel } from "@/server/queries/models.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ model: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model } = await params;
  return {
    title: model,
    description: `Dictionaries of ${model}, layer by layer, with their metrics.`,
    alternates: { canonical: modelPath(model) },
  };
}

export default async function ModelPage({ params, searchParams }: Props) {
  const { model: slug } = await params;
  const query = readQuery(modelQuery, await searchParams);
  const [model, dictionaries, experiments] = await Promise.all([
    getModel(await viewer(), slug),
    listDictionaries(await viewer(), { model: slug }),
    getModelExperiments(await viewer(), slug),
  ]);
  if (!model) notFound();
  return (
    <ModelCard model={model} dictionaries={dictionaries} experiments={experiments} query={query} />
  );
}
