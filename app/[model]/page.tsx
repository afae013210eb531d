import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ModelCard } from "@/components/hub/model-card.tsx";
import { modelPath } from "@/lib/routes.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { getModel } from "@/server/queries/models.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ model: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model } = await params;
  return {
    title: model,
    description: `Dictionaries of ${model}, layer by layer, with their metrics.`,
    alternates: { canonical: modelPath(model) },
  };
}

export default async function ModelPage({ params }: Props) {
  const { model: slug } = await params;
  const [model, dictionaries] = await Promise.all([
    getModel(slug),
    listDictionaries({ model: slug }),
  ]);
  return model ? <ModelCard model={model} dictionaries={dictionaries} /> : notFound();
}
