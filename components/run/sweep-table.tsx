import Link from "next/link";
import { formatCount, formatPercent, formatTime } from "@/lib/format.ts";
import { sweepPath } from "@/lib/routes.ts";
import type { SweepSummary } from "@/lib/views.ts";
import { ScrollTable } from "../ui/section.tsx";

/** Sweeps, one row each; their runs stand on their own pages. */
export function SweepTable({ sweeps }: { sweeps: SweepSummary[] }) {
  return (
    <ScrollTable label="Sweeps">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 bg-surface">
              Sweep
            </th>
            <th scope="col" className="figure">
              Runs
            </th>
            <th scope="col" className="figure">
              Running
            </th>
            <th scope="col" className="figure">
              Finished
            </th>
            <th scope="col" className="figure">
              Failed
            </th>
            <th scope="col">Progress</th>
            <th scope="col">Begun</th>
          </tr>
        </thead>
        <tbody>
          {sweeps.map((sweep) => (
            <SweepRow key={sweep.name} sweep={sweep} />
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function SweepRow({ sweep }: { sweep: SweepSummary }) {
  const { name, runs, running, finished, failed, tokens, train_tokens, created_at } = sweep;
  const share = train_tokens > 0 ? Math.min(1, tokens / train_tokens) : 0;
  return (
    <tr>
      <th scope="row" className="sticky left-0 bg-surface">
        <Link
          href={sweepPath(name)}
          className="link font-mono text-[0.8125rem] font-medium whitespace-nowrap"
        >
          {name}
        </Link>
      </th>
      <td className="figure">{formatCount(runs)}</td>
      <td className="figure">{formatCount(running)}</td>
      <td className="figure">{formatCount(finished)}</td>
      <td className={`figure ${failed > 0 ? "text-danger" : ""}`}>{formatCount(failed)}</td>
      <td className="min-w-28">
        <span className="font-mono text-xs text-ink-2 tabular-nums">{formatPercent(share)}</span>
        <progress value={share} aria-label={`progress of ${name}`} className="progress mt-1" />
      </td>
      <td className="text-xs whitespace-nowrap text-ink-2">
        <time dateTime={created_at}>{formatTime(created_at)}</time>
      </td>
    </tr>
  );
}
