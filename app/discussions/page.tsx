import type { Metadata } from "next";
import { z } from "zod";
import { Discussions } from "@/components/community/discussions.tsx";
import { mayWrite } from "@/lib/may-write.ts";
import { discussionsPath, feedPath } from "@/lib/routes.ts";
import { readQuery, type SearchParams } from "@/lib/search-params.ts";
import { listDiscussions } from "@/server/queries/discussions.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "Discussions",
  description: "What people say of features and dictionaries.",
  alternates: { canonical: discussionsPath, types: { "application/atom+xml": feedPath() } },
};

const pageQuery = z.object({ page: z.coerce.number().int().min(1).max(10_000).default(1) });
const per_page = 20;

export default async function DiscussionsPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  const { page } = readQuery(pageQuery, await searchParams);
  const asked = await viewer();
  const found = await listDiscussions(asked, { limit: per_page, page });
  return <Discussions {...found} query={{ page, per_page }} mayWrite={mayWrite(asked)} />;
}
