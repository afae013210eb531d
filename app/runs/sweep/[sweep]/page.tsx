import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SweepCard } from "@/components/run/sweep-card.tsx";
import { requestOrigin } from "@/server/origin.ts";
import { getSweep } from "@/server/queries/sweeps.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ sweep: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Sweep ${(await params).sweep}`, robots: { index: false } };
}

export default async function SweepPage({ params }: Props) {
  const sweep = await getSweep(await viewer(), (await params).sweep);
  return sweep ? <SweepCard sweep={sweep} origin={await requestOrigin()} /> : notFound();
}
