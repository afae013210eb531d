import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { DiscussionCard } from "@/components/community/discussion-card.tsx";
import { mayWrite } from "@/lib/may-write.ts";
import { feedPath } from "@/lib/routes.ts";
import { getDiscussion } from "@/server/queries/discussions.ts";
import { idOf } from "@/server/queries/find-feature.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const discussion = await read((await params).id);
  if (!discussion) return { title: "Not found" };
  const { title, address, comments } = discussion;
  return {
    title,
    description: `A discussion with ${comments} ${comments === 1 ? "comment" : "comments"}.`,
    alternates: { canonical: address, types: { "application/atom+xml": feedPath() } },
  };
}

export default async function DiscussionPage({ params }: Props) {
  const discussion = await read((await params).id);
  if (!discussion) notFound();
  return <DiscussionCard discussion={discussion} mayWrite={mayWrite(await viewer())} />;
}

/** "12-what-is-this" is number 12, whatever its title was when the address was written. */
const read = cache(async (address: string) => {
  const id = idOf(address.split("-")[0] ?? "");
  return id === null ? null : getDiscussion(await viewer(), id);
});
