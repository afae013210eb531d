import type { Metadata } from "next";
import { NewDiscussion } from "@/components/community/new-discussion.tsx";
import { mayWrite } from "@/lib/may-write.ts";
import { mentionedBy } from "@/lib/mentions.ts";
import { firstOf, type SearchParams } from "@/lib/search-params.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "New discussion" };

export default async function NewDiscussionPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  const about = firstOf((await searchParams).about);
  const named = mentionedBy(about) !== null;
  return <NewDiscussion about={named ? about : ""} mayWrite={mayWrite(await viewer())} />;
}
