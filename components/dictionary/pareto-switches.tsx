import Link from "next/link";
import { metrics } from "trainer/bundle";
import { type ParetoQuery, paretoMarks, paretoMetrics, paretoQuery } from "@/lib/pareto-query.ts";
import { saidQuery } from "@/lib/search-params.ts";
import type { Board } from "./pareto-board.tsx";

/** What stands upwards, and what the marks tell apart: links, so that each choice has an address. */
export function ParetoSwitches(board: Board) {
  const marks = paretoMarks.filter((by) => by !== "model" || !board.ofOneModel);
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-3">
      <Switch
        label="L0 against"
        options={paretoMetrics.map((y) => ({ change: { y }, text: metrics[y].title }))}
        {...board}
      />
      <Switch
        label="Marks by"
        options={marks.map((by) => ({ change: { by }, text: by }))}
        {...board}
      />
    </div>
  );
}

type SwitchProps = Board & {
  label: string;
  options: { change: Partial<ParetoQuery>; text: string }[];
};

function Switch({ label, options, query, path, others }: SwitchProps) {
  return (
    <nav aria-label={label}>
      <span className="eyebrow mb-1 block">{label}</span>
      <ul className="flex overflow-hidden rounded-md border border-line">
        {options.map(({ change, text }) => {
          const said = { ...others, ...saidQuery(paretoQuery, { ...query, ...change }) };
          const isCurrent = Object.entries(change).every(
            ([key, value]) => query[key as keyof ParetoQuery] === value,
          );
          return (
            <li key={text} className="border-line not-first:border-l">
              <Link
                href={`${path}?${new URLSearchParams(said)}`}
                prefetch={false}
                scroll={false}
                aria-current={isCurrent ? "true" : undefined}
                className="block px-2.5 py-1.5 text-[0.8125rem] whitespace-nowrap text-ink-2 hover:bg-sunken hover:text-ink aria-[current=true]:bg-sunken aria-[current=true]:font-medium aria-[current=true]:text-ink"
              >
                {text}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
