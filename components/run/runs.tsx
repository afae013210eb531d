import { formatCount } from "@/lib/format.ts";
import { apiPath } from "@/lib/routes.ts";
import type { RunSummary, SweepSummary } from "@/lib/views.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { Command } from "./command.tsx";
import { Refresh } from "./refresh.tsx";
import { RunTable } from "./run-table.tsx";
import { SweepTable } from "./sweep-table.tsx";

type Props = {
  /** of no sweep, the newest first */
  runs: RunSummary[];
  sweeps: SweepSummary[];
  /** the hub's address, for the command */
  origin: string;
};

export function Runs({ runs, sweeps, origin }: Props) {
  const running = runs.filter(({ state }) => state === "running").length;
  return (
    <div className="space-y-10">
      <Refresh watch={`${apiPath}/runs?sort=heard_at&limit=1`} every={3000} />
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Runs"
        lead="Trainings, live: those of this machine as they are found in its runs folders, and those of other machines that report here."
      />
      {sweeps.length > 0 && (
        <Section title="Sweeps" aside={formatCount(sweeps.length)}>
          <SweepTable sweeps={sweeps} />
        </Section>
      )}
      {runs.length > 0 && (
        <Section
          title="Single runs"
          aside={`${formatCount(running)} of ${formatCount(runs.length)} running`}
        >
          <RunTable runs={runs} label="Runs and where they are" />
        </Section>
      )}
      <Section title="See your own here">
        <p className="panel px-4 py-3 text-ink-2">
          On this machine, start it: <Command>npx trainer run runs/mine</Command>. On another one,
          say whom to tell: <Command>npx trainer run runs/mine --report {origin}</Command>, with{" "}
          <Command>--token</Command> when the hub has one.
        </p>
      </Section>
    </div>
  );
}
