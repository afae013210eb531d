import Link from "next/link";
import { formatCount, formatPercent, formatTime } from "@/lib/format.ts";
import { apiPath, dictionaryPath, runsPath, sweepPath } from "@/lib/routes.ts";
import type { RunLines, RunView } from "@/lib/views.ts";
import { Configuration } from "../dictionary/configuration.tsx";
import { architectureText } from "../dictionary/describe.ts";
import { type Fact, Facts } from "../dictionary/facts.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { progressOf } from "./describe.ts";
import { Refresh } from "./refresh.tsx";
import { RunCharts } from "./run-charts.tsx";
import { RunControls } from "./run-controls.tsx";
import { RunFigures } from "./run-figures.tsx";
import { RunState } from "./run-state.tsx";

type Props = { run: RunView; lines: RunLines; mayControl: boolean };

export function RunCard({ run, lines, mayControl }: Props) {
  const { name, sweep, dictionary } = run;
  return (
    <div className="space-y-10">
      <Refresh
        watch={`${apiPath}/runs/${run.id}`}
        every={run.state === "running" ? 2000 : 10_000}
      />
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: runsPath, text: "runs" },
          ...(sweep === null ? [] : [{ href: sweepPath(sweep), text: sweep }]),
        ]}
        title={name}
        lead={
          <>
            {formatCount(run.d_sae)} features of{" "}
            <code className="text-[0.8125rem] text-ink">{run.hook_name}</code> in {run.model}.{" "}
            {architectureText(run)}.
          </>
        }
        actions={
          <>
            {dictionary && (
              <Link href={dictionaryPath(dictionary.model, dictionary.slug)} className="button">
                Open the dictionary
              </Link>
            )}
            {mayControl && <RunControls run={run} />}
          </>
        }
      />
      <div className="space-y-4">
        <RunProgress run={run} />
        <RunFigures run={run} />
      </div>
      <Section title="Training" aside={lines.points.length === 0 ? undefined : "over tokens seen"}>
        <div className="panel p-4">
          {lines.points.length > 0 ? (
            <RunCharts lines={lines} />
          ) : (
            <p className="text-ink-2">It has not reported a step yet.</p>
          )}
        </div>
      </Section>
      <div className="grid gap-x-10 gap-y-10 lg:grid-cols-2">
        <Section title="Where it runs">
          <Facts facts={factsOf(run)} />
        </Section>
        <Section title="Configuration">
          <Configuration config={run.config} />
        </Section>
      </div>
    </div>
  );
}

function RunProgress({ run }: { run: RunView }) {
  const { share, text } = progressOf(run);
  return (
    <div className="panel px-4 py-3">
      <p className="flex flex-wrap justify-between gap-x-4">
        <RunState run={run} />
        <span className="font-mono text-[0.8125rem] text-ink-2 tabular-nums">
          {text}, {formatPercent(share)}
        </span>
      </p>
      <progress value={share} aria-label="progress" className="progress mt-2" />
      {run.error !== null && (
        <p role="alert" className="mt-3 font-mono text-[0.8125rem] break-words text-danger">
          {run.error}
        </p>
      )}
    </div>
  );
}

function factsOf(run: RunView): Fact[] {
  return [
    { key: "host", term: "Machine", value: run.host },
    { key: "dir", term: "Folder", value: <code className="text-[0.8125rem]">{run.dir}</code> },
    {
      key: "begun",
      term: "Begun",
      value: <time dateTime={run.created_at}>{formatTime(run.created_at)}</time>,
    },
    {
      key: "heard",
      term: "Last heard of",
      value: <time dateTime={run.heard_at}>{formatTime(run.heard_at)}</time>,
    },
    {
      key: "stop",
      term: "To stop it",
      value:
        run.sweep === null ? (
          <>
            Ctrl-C in its terminal;{" "}
            <code className="text-[0.8125rem] break-words">npx trainer resume {run.dir}</code> goes
            on from its last checkpoint
          </>
        ) : (
          "Ctrl-C in the terminal of its sweep or worker; all of its runs go on together from their last checkpoints"
        ),
    },
  ];
}
