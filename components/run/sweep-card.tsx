import { formatCount } from "@/lib/format.ts";
import { apiPath, runsPath } from "@/lib/routes.ts";
import type { RunSummary } from "@/lib/views.ts";
import { ArchitectureKey } from "../hub/architecture-key.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { Refresh } from "./refresh.tsx";
import { RunTable } from "./run-table.tsx";
import { SweepFront } from "./sweep-front.tsx";

export function SweepCard({ name, runs }: { name: string; runs: RunSummary[] }) {
  const running = runs.filter(({ state }) => state === "running").length;
  const finished = runs.filter(({ state }) => state === "finished").length;
  const hooks = new Set(runs.map(({ hook_name }) => hook_name));
  return (
    <div className="space-y-10">
      <Refresh watch={`${apiPath}/runs?sweep=${name}`} every={running > 0 ? 2000 : 10_000} />
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: runsPath, text: "runs" },
        ]}
        title={name}
        lead={`A sweep of ${formatCount(runs.length)} runs over ${hooks.size === 1 ? "one hook" : `${formatCount(hooks.size)} hooks`}: ${formatCount(running)} running, ${formatCount(finished)} finished.`}
      />
      <Section
        title="Sparsity against variance unexplained"
        aside={<ArchitectureKey dictionaries={runs} />}
      >
        <div className="panel p-4">
          <SweepFront runs={runs} />
        </div>
      </Section>
      <Section title="Runs" aside={formatCount(runs.length)}>
        <RunTable runs={runs} label={`Runs of ${name}`} />
      </Section>
    </div>
  );
}
