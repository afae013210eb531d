import type { Metadata } from "next";
import { UploadCard } from "@/components/upload/upload-card.tsx";
import { uploadPath } from "@/lib/routes.ts";
import { signInWays } from "@/server/accounts/ways.ts";
import { requestOrigin } from "@/server/origin.ts";
import { listJobs } from "@/server/queries/jobs.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "Upload a dictionary",
  description:
    "Add a dictionary to the hub: drop a bundle or files of another format, name a repository, or send it from a terminal.",
  alternates: { canonical: uploadPath },
};

export default async function UploadPage() {
  const asked = await viewer();
  return (
    <UploadCard
      origin={await requestOrigin()}
      viewer={asked}
      jobs={await listJobs(asked)}
      hosted={signInWays() !== null}
    />
  );
}
