import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { JobCard } from "@/components/upload/job-card.tsx";
import { firstOf, type SearchParams } from "@/lib/search-params.ts";
import { signInWays } from "@/server/accounts/ways.ts";
import { getJob } from "@/server/queries/jobs.ts";
import { listModelsAtHand } from "@/server/queries/models.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Upload in progress", robots: { index: false } };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export default async function JobPage({ params, searchParams }: Props) {
  const asked = await viewer();
  const job = await getJob(asked, (await params).id);
  if (!job) notFound();
  const { dictionary, alternative } = await searchParams;
  return (
    <JobCard
      job={job}
      shown={{ dictionary: place(dictionary), alternative: place(alternative) }}
      models={job.question ? await listModelsAtHand(asked) : []}
      hosted={signInWays() !== null}
    />
  );
}

/** A place in a list; null for what is none. */
function place(value: string | string[] | undefined): number | null {
  return /^\d{1,6}$/.test(firstOf(value)) ? Number(firstOf(value)) : null;
}
