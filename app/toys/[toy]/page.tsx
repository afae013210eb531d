import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { ToyCard } from "@/components/toy/toy-card.tsx";
import { toyPath } from "@/lib/routes.ts";
import { getToy } from "@/server/queries/toys.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ toy: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { toy: id } = await params;
  const found = await cachedToy(id);
  if (!found) return { title: "Not found" };
  return {
    title: `Toy ${found.toy.name}`,
    description: "What sparse autoencoders learnt of planted dictionaries, beside what was true.",
    alternates: { canonical: toyPath(id) },
  };
}

export default async function ToyPage({ params }: Props) {
  const found = await cachedToy((await params).toy);
  return found ? <ToyCard view={found} /> : notFound();
}

/** read once for the page and its metadata */
const cachedToy = cache(getToy);
