import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { RunCard } from "@/components/run/run-card.tsx";
import { getRun, listLines } from "@/server/queries/runs.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

/** points of a chart: about as many as a wide screen has pixels for one */
const POINTS = 600;

type Props = { params: Promise<{ run: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const run = await cachedRun((await params).run);
  return { title: run ? `Run ${run.name}` : "Not found", robots: { index: false } };
}

export default async function RunPage({ params }: Props) {
  const { run: id } = await params;
  const [run, lines] = await Promise.all([cachedRun(id), listLines(id, POINTS)]);
  const mayControl = (await viewer())?.role === "maintainer";
  return run && lines ? <RunCard run={run} lines={lines} mayControl={mayControl} /> : notFound();
}

/** read once for the page and its metadata */
const cachedRun = cache(async (id: string) => getRun(await viewer(), id));
