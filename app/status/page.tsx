import type { Metadata } from "next";
import { StatusCard } from "@/components/status/status-card.tsx";
import { getStatus } from "@/server/queries/status.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Status", robots: { index: false } };

export default async function StatusPage() {
  return <StatusCard status={await getStatus(await viewer())} />;
}
