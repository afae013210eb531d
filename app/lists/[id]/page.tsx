import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { ListCard } from "@/components/community/list-card.tsx";
import { requestOrigin } from "@/server/origin.ts";
import { getList } from "@/server/queries/lists.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const list = await read((await params).id);
  if (!list) return { title: "Not found" };
  const { title, address, items, owner, visibility } = list;
  return {
    title,
    description: `A list of ${items} ${items === 1 ? "feature" : "features"} by ${owner}.`,
    alternates: { canonical: address },
    ...(visibility !== "public" && { robots: { index: false } }),
  };
}

export default async function ListPage({ params }: Props) {
  const list = await read((await params).id);
  if (!list) notFound();
  return <ListCard list={list} />;
}

/** Whatever its title was when the address was written. */
const read = cache(async (address: string) => {
  const id = address.split("-")[0] ?? "";
  return getList(await viewer(), id, new URL(await requestOrigin()).host);
});
