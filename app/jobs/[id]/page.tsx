import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { JobCard } from "@/components/upload/job-card.tsx";
import { getJob } from "@/server/queries/jobs.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Upload in progress", robots: { index: false } };

type Props = { params: Promise<{ id: string }> };

export default async function JobPage({ params }: Props) {
  const job = await getJob(await viewer(), (await params).id);
  return job ? <JobCard job={job} /> : notFound();
}
