import Link from "next/link";
import { formatBytes, formatCount, formatDuration } from "@/lib/format.ts";
import { apiPath, runsPath, uploadPath } from "@/lib/routes.ts";
import type { StatusView } from "@/lib/views.ts";
import { type Fact, Facts } from "../dictionary/facts.tsx";
import { Refresh } from "../run/refresh.tsx";
import { PageHeading } from "../ui/page-heading.tsx";

export function StatusCard({ status }: { status: StatusView }) {
  const { database } = status;
  return (
    <div className="max-w-3xl space-y-8">
      <Refresh watch={`${apiPath}/status`} every={5000} />
      <PageHeading crumbs={[{ href: "/", text: "hub" }]} title="Status" lead={verdict(status)} />
      <Facts facts={[...(database ? factsOf(database) : []), ...ownFacts(status)]} />
    </div>
  );
}

/** In one sentence, with what to do. */
function verdict({ ok, database }: StatusView): string {
  if (!database)
    return "The database does not answer: pages cannot be shown until it does. Whoever runs this hub finds the reason in its log.";
  if (database.workers === 0)
    return "No worker is connected: pages are shown, but what is uploaded waits until one is. npm start starts one.";
  return ok ? "All is well." : "";
}

function factsOf(database: NonNullable<StatusView["database"]>): Fact[] {
  const { answered_ms, workers, waiting, running, failed, oldest_seconds, training } = database;
  const { importing, asking } = database;
  const waits = oldest_seconds === null ? "" : `, the oldest for ${formatDuration(oldest_seconds)}`;
  return [
    { key: "database", term: "Database", value: `answers in ${answered_ms.toFixed(1)} ms` },
    { key: "migration", term: "Its newest migration", value: database.migration ?? "none" },
    { key: "workers", term: "Workers connected", value: formatCount(workers) },
    {
      key: "uploads",
      term: "Uploads",
      value: (
        <>
          {formatCount(running)} being taken in, {formatCount(waiting)} waiting{waits};{" "}
          {formatCount(failed)} refused or failed within a day.{" "}
          <Link href={uploadPath} className="link">
            Upload
          </Link>
        </>
      ),
    },
    {
      key: "imports",
      term: "Imports",
      value: `${formatCount(importing)} of the uploads being taken in are of another format; ${formatCount(asking)} more wait for somebody to say how they are read`,
    },
    {
      key: "training",
      term: "Runs that train",
      value: (
        <Link href={runsPath} className="link">
          {formatCount(training)}
        </Link>
      ),
    },
    { key: "dictionaries", term: "Dictionaries", value: formatCount(database.dictionaries) },
  ];
}

function ownFacts({ version, up_seconds, free_bytes }: StatusView): Fact[] {
  return [
    ...(free_bytes === null
      ? []
      : [{ key: "free", term: "Free for uploads and bundles", value: formatBytes(free_bytes) }]),
    { key: "up", term: "Web server up for", value: formatDuration(up_seconds) },
    ...(version === null ? [] : [{ key: "version", term: "Version", value: version }]),
  ];
}
