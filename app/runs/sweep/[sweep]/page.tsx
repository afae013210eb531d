import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SweepCard } from "@/components/run/sweep-card.tsx";
import { listRuns } from "@/server/queries/runs.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ sweep: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Sweep ${(await params).sweep}`, robots: { index: false } };
}

export default async function SweepPage({ params }: Props) {
  const { sweep } = await params;
  const runs = await listRuns({ sweep });
  return runs.length > 0 ? <SweepCard name={sweep} runs={runs} /> : notFound();
}
