import { Copy } from "lucide-react";
import { cutExample, type ExampleWindow, exampleWindows } from "@/lib/example-window.ts";
import { formatPercent } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import type { IntervalView } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { ConcordanceLines } from "./concordance-line.tsx";

type Props = {
  intervals: IntervalView[];
  max: number;
  window: ExampleWindow;
  /** this page with another window */
  windowHrefOf: (window: ExampleWindow) => string;
  /** an interval, or the nth example of it, as plain text */
  textHrefOf: (interval: number, rank?: number) => string;
};

/** Where the feature fires: its strongest examples, then some from each part of its range. */
export function Examples({ intervals, max, window, windowHrefOf, textHrefOf }: Props) {
  const stored = intervals[0]?.examples[0]?.tokens.length ?? 0;
  return (
    <div className={`concordance space-y-9 ${window === "line" ? "" : "concordance-open"}`}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-xs text-ink-2">
        <nav aria-label="How much of the context is shown" className="segments">
          {exampleWindows.map((name) => (
            <a
              key={name}
              href={windowHrefOf(name)}
              data-soft="still"
              aria-current={name === window ? "true" : undefined}
              title={windowTitles[name]}
            >
              {name === "stored" ? `${stored} tokens` : windowTexts[name]}
            </a>
          ))}
        </nav>
        <Scale max={max} />
      </div>
      {window === "whole" && (
        <p className="-mt-5 text-xs text-ink-2">
          Grey text is outside the {stored} tokens whose activations are stored: whether the feature
          is active there is not known.
        </p>
      )}
      {intervals.map(({ interval, min, max: most, share, examples }) => (
        <Section
          key={interval}
          id={`interval-${interval}`}
          title={
            interval === 0
              ? "Top activations"
              : `Activation ${formatStatistic("max_activation", min)} to ${formatStatistic("max_activation", most)}`
          }
          aside={
            <span className="flex items-center gap-3">
              {share !== null && <Share share={share} />}
              <a
                href={textHrefOf(interval)}
                data-copy
                title="Copy all of these as text, one example a line"
                className="flex items-center gap-1 hover:text-accent data-copied:text-accent"
              >
                <Copy aria-hidden="true" size={12} /> Copy all
              </a>
            </span>
          }
        >
          <ConcordanceLines
            examples={examples.map((example) => cutExample(example, window))}
            max={max}
            textHrefOf={(rank) => textHrefOf(interval, rank)}
          />
        </Section>
      ))}
    </div>
  );
}

const windowTexts: Record<ExampleWindow, string> = {
  line: "One line",
  "10": "±10",
  stored: "Window",
  whole: "Whole context",
};

const windowTitles: Record<ExampleWindow, string> = {
  line: "Each example on one line, its token under those of the others",
  "10": "Ten tokens before and after",
  stored: "All tokens whose activations are stored",
  whole: "All tokens that the model read with it",
};

/** How much of what the feature does lies in an interval. */
function Share({ share }: { share: number }) {
  return (
    <span
      className="flex items-center gap-2"
      title="Of all tokens on which the feature is active, the share whose activation lies in this interval"
    >
      <span aria-hidden="true" className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken">
        <span className="block h-full bg-activation" style={{ width: `${100 * share}%` }} />
      </span>
      holds {formatPercent(share)} of its activations
    </span>
  );
}

/** The colour's key. */
function Scale({ max }: { max: number }) {
  return (
    <span
      className="ml-auto flex items-center gap-2 font-mono text-2xs"
      title="A token's colour is its activation ÷ the feature's largest"
    >
      0
      <span
        aria-hidden="true"
        className="h-2.5 w-24 rounded-sm bg-linear-to-r/oklab from-surface to-activation ring-1 ring-line"
      />
      {formatStatistic("max_activation", max)}
    </span>
  );
}
