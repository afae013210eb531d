import type { Metadata } from "next";
import { Runs } from "@/components/run/runs.tsx";
import { runsPath } from "@/lib/routes.ts";
import { requestOrigin } from "@/server/origin.ts";
import { listRuns } from "@/server/queries/runs.ts";
import { listSweeps } from "@/server/queries/sweeps.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "Runs",
  description: "Trainings of sparse autoencoders, live: how far they are and what they measure.",
  alternates: { canonical: runsPath },
};

export default async function RunsPage() {
  const [runs, sweeps] = await Promise.all([
    listRuns(await viewer(), { sweep: null }),
    listSweeps(),
  ]);
  return <Runs runs={runs} sweeps={sweeps} origin={await requestOrigin()} />;
}
