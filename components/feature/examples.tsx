import { formatPercent } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import type { IntervalView } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { ConcordanceLine } from "./concordance-line.tsx";

type Props = { intervals: IntervalView[]; max: number };

/** Where the feature fires: its strongest examples, then some from each part of its range. */
export function Examples({ intervals, max }: Props) {
  return (
    <div className="concordance space-y-9">
      <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
        <legend className="sr-only">How examples are shown</legend>
        <View name="lines" text="One line each" defaultChecked />
        <View name="text" text="Whole windows" />
        <Scale max={max} />
      </fieldset>
      {intervals.map((interval) => (
        <Section
          key={interval.interval}
          id={`interval-${interval.interval}`}
          title={titleOf(interval)}
          aside={
            interval.share !== null && `holds ${formatPercent(interval.share)} of its activations`
          }
        >
          <ol className="panel overflow-hidden py-1.5 font-mono text-[0.8125rem]">
            {interval.examples.map((example) => (
              <ConcordanceLine
                key={`${example.context} ${example.position}`}
                example={example}
                max={max}
              />
            ))}
          </ol>
        </Section>
      ))}
    </div>
  );
}

function View({ name, text, ...input }: { name: string; text: string; defaultChecked?: boolean }) {
  return (
    <label className="flex cursor-pointer items-center gap-1.5 has-checked:text-ink">
      <input
        type="radio"
        name="view"
        value={name}
        className={`view-${name} accent-accent`}
        {...input}
      />
      {text}
    </label>
  );
}

/** The colour's key. */
function Scale({ max }: { max: number }) {
  return (
    <span className="ml-auto flex items-center gap-2 font-mono text-2xs">
      0
      <span
        aria-hidden="true"
        className="h-2.5 w-24 rounded-sm bg-linear-to-r/oklab from-surface to-activation ring-1 ring-line"
      />
      {formatStatistic("max_activation", max)}
    </span>
  );
}

function titleOf({ interval, min, max }: IntervalView): string {
  if (interval === 0) return "Top activations";
  return `Activation ${formatStatistic("max_activation", min)} to ${formatStatistic("max_activation", max)}`;
}
