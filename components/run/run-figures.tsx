import { formatCount, formatNumber, formatPercent, formatShort } from "@/lib/format.ts";
import type { RunSummary } from "@/lib/views.ts";
import { leftText, rateOf } from "./describe.ts";

/** Where a run is now, in six figures. */
export function RunFigures({ run }: { run: RunSummary }) {
  const { latest } = run;
  const figures = [
    { title: "Loss", text: formatShort(latest?.loss ?? Number.NaN), about: "of the last batch" },
    {
      title: "FVU",
      text: formatNumber(latest?.fvu ?? Number.NaN, 4),
      about: "on activations that are never trained on",
    },
    {
      title: "L0",
      text: formatNumber(latest?.l0 ?? Number.NaN, 1),
      about: "active features per token in the last batch",
    },
    {
      title: "Dead",
      text: formatPercent(latest?.dead_fraction ?? Number.NaN),
      about: "features that have not fired for dead_after_tokens tokens",
    },
    {
      title: "Tokens/s",
      text: formatCount(rateOf(run)),
      about: "over the last ten seconds",
    },
    { title: "Left", text: leftText(run), about: "until its last token, at this rate" },
  ];
  return (
    <dl className="panel grid grid-cols-2 sm:grid-cols-3 xl:grid-cols-6">
      {figures.map(({ title, text, about }) => (
        <div
          key={title}
          className="-mb-px border-b border-line px-4 py-4 max-sm:odd:border-r sm:max-xl:not-nth-[3n]:border-r xl:not-last:border-r"
        >
          <dt className="eyebrow">
            <span title={about} className="hint">
              {title}
            </span>
          </dt>
          <dd className="mt-1 font-serif text-3xl tracking-tight whitespace-nowrap tabular-nums">
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}
