import { formatCount } from "@/lib/format.ts";
import { apiPath, runsPath } from "@/lib/routes.ts";
import type { GroupView, RunSummary, SweepView } from "@/lib/views.ts";
import { architectureMarks, MarkKey } from "../dictionary/marks.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { Command } from "./command.tsx";
import { GroupTable } from "./group-table.tsx";
import { Refresh } from "./refresh.tsx";
import { RunTable } from "./run-table.tsx";
import { SweepFront } from "./sweep-front.tsx";

type Props = {
  sweep: SweepView;
  /** the hub's address, for the command */
  origin: string;
};

export function SweepCard({ sweep: { name, groups, runs }, origin }: Props) {
  const open = groups.filter(({ state }) => state !== "done" && state !== "failed");
  const isLive = open.length > 0 || runs.some(({ state }) => state === "running");
  return (
    <div className="space-y-10">
      <Refresh watch={`${apiPath}/sweeps/${name}`} every={isLive ? 2000 : 10_000} />
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: runsPath, text: "runs" },
        ]}
        title={name}
        lead={leadOf(runs, groups)}
      />
      {groups.length > 0 && (
        <Section
          title="Groups"
          aside={`${formatCount(open.length)} of ${formatCount(groups.length)} open`}
        >
          <GroupTable groups={groups} />
          {open.length > 0 && (
            <p className="mt-3 text-ink-2">
              Each machine that runs <Command>npx trainer worker --hub {origin}</Command> takes one
              group at a time.
            </p>
          )}
        </Section>
      )}
      {runs.length > 0 && (
        <>
          <Section
            title="Sparsity against variance unexplained"
            aside={<MarkKey marks={architectureMarks(runs)} />}
          >
            <div className="panel p-4">
              <SweepFront runs={runs} />
            </div>
          </Section>
          <Section title="Runs" aside={formatCount(runs.length)}>
            <RunTable runs={runs} label={`Runs of ${name}`} />
          </Section>
        </>
      )}
    </div>
  );
}

/** "12 dictionaries at 2 hooks: 4 training, 3 finished." */
function leadOf(runs: RunSummary[], groups: GroupView[]): string {
  const queued = groups.reduce((sum, { dictionaries }) => sum + dictionaries, 0);
  const hooks = new Set(runs.map(({ hook_name }) => hook_name)).size || groups.length;
  const running = runs.filter(({ state }) => state === "running").length;
  const finished = runs.filter(({ state }) => state === "finished").length;
  const all = Math.max(queued, runs.length);
  const places = hooks === 1 ? "one hook" : `${formatCount(Math.max(hooks, groups.length))} hooks`;
  const what = all === 1 ? "One dictionary" : `${formatCount(all)} dictionaries`;
  return `${what} at ${places}: ${formatCount(running)} running, ${formatCount(finished)} finished.`;
}
