import Link from "next/link";
import { formatCount, formatNumber, formatPercent, formatShort } from "@/lib/format.ts";
import { runPath } from "@/lib/routes.ts";
import type { RunSummary } from "@/lib/views.ts";
import { architectureText } from "../dictionary/describe.ts";
import { ScrollTable } from "../ui/section.tsx";
import { leftText, progressOf, rateOf } from "./describe.ts";
import { RunState } from "./run-state.tsx";

/** Runs beside one another, one row each. */
export function RunTable({ runs, label }: { runs: RunSummary[]; label: string }) {
  return (
    <ScrollTable label={label}>
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 bg-surface">
              Run
            </th>
            <th scope="col">State</th>
            <th scope="col" className="max-md:hidden">
              Hook
            </th>
            <th scope="col" className="max-md:hidden">
              Architecture
            </th>
            <th scope="col" className="figure max-md:hidden">
              Features
            </th>
            <th scope="col">Progress</th>
            <th scope="col" className="figure">
              Tokens/s
            </th>
            <th scope="col" className="figure">
              Left
            </th>
            <th scope="col" className="figure">
              Loss
            </th>
            <th scope="col" className="figure">
              L0
            </th>
            <th scope="col" className="figure">
              FVU
            </th>
            <th scope="col" className="figure">
              Dead
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function RunRow({ run }: { run: RunSummary }) {
  const { latest } = run;
  const { share, text } = progressOf(run);
  return (
    <tr>
      <th scope="row" className="sticky left-0 bg-surface">
        <Link
          href={runPath(run.id)}
          className="link font-mono text-[0.8125rem] font-medium whitespace-nowrap"
        >
          {run.name}
        </Link>
        <span className="block font-mono text-xs whitespace-nowrap text-ink-2">{run.model}</span>
      </th>
      <td className="min-w-36">
        <RunState run={run} />
      </td>
      <td className="font-mono text-[0.8125rem] whitespace-nowrap max-md:hidden">
        {run.hook_name}
      </td>
      <td className="whitespace-nowrap max-md:hidden">{architectureText(run)}</td>
      <td className="figure max-md:hidden">{formatCount(run.d_sae)}</td>
      <td className="min-w-28" title={text}>
        <span className="font-mono text-xs text-ink-2 tabular-nums">{formatPercent(share)}</span>
        <progress value={share} aria-label={`progress of ${run.name}`} className="progress mt-1" />
      </td>
      <td className="figure">{formatCount(rateOf(run))}</td>
      <td className="figure">{leftText(run)}</td>
      <td className="figure">{formatShort(latest?.loss ?? Number.NaN)}</td>
      <td className="figure">{formatNumber(latest?.l0 ?? Number.NaN, 1)}</td>
      <td className="figure">{formatNumber(latest?.fvu ?? Number.NaN, 4)}</td>
      <td className="figure">{formatPercent(latest?.dead_fraction ?? Number.NaN)}</td>
    </tr>
  );
}
