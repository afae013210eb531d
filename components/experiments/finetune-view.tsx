import Link from "next/link";
import type { Sections } from "trainer/bundle";
import { formatCount, formatNumber, formatPower } from "@/lib/format.ts";
import { describeMetric, formatMetric } from "@/lib/metrics.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import type { RevisionAddress } from "@/lib/views.ts";
import { Bands } from "../plots/bands.tsx";
import { Histogram } from "../plots/histogram.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Figures = NonNullable<Sections["finetune"]>["before"];

const trained = {
  decoder: "the decoder",
  scale: "one scale per feature",
  "decoder+bias": "the decoder and its bias",
} as const;

export const FinetuneView: ExperimentView<"finetune"> = ({ section, dictionary }) => {
  const { what, before, after, scale, turned, active_sets, fitted_tokens } = section;
  return (
    <>
      <Verdict>
        Training {trained[what]} anew changes the squared error by {change(before.mse, after.mse)}{" "}
        and the increase of the perplexity by{" "}
        {change(before.perplexity_increase, after.perplexity_increase)}. ‖x̂‖/‖x‖ goes from{" "}
        {formatNumber(before.l2_ratio, 3)} to {formatNumber(after.l2_ratio, 3)}; the median feature
        was {scale.p50 >= 1 ? "too small" : "too large"} by a factor of{" "}
        {formatNumber(scale.p50 >= 1 ? scale.p50 : 1 / scale.p50, 3)}.
      </Verdict>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
        <div>
          <BeforeAfter before={before} after={after} />
          <p className="mt-3 text-xs text-ink-2">
            Fitted to {formatCount(fitted_tokens)} training tokens. At all{" "}
            {formatCount(active_sets.tokens)} held-out tokens the same features are active as in{" "}
            {dictionary.parent ? <ParentLink {...dictionary.parent} /> : "its parent"}
            {active_sets.settled_features > 0 &&
              `, once b_enc of ${formatCount(active_sets.settled_features)} features had been moved by as much as rounding does`}
            .
          </p>
        </div>
        <div className="space-y-8">
          <Histogram
            bins={scale.histogram}
            label="Scales of the features"
            xTitle={what === "scale" ? "scale s_f" : "scale d′ · d / ‖d‖²"}
            yTitle="features"
            unit="features with a scale"
            kind="linear"
          />
          <Bands
            bands={[
              {
                key: "scale",
                title: "median feature",
                points: scale.by_density.map(({ log10_min, log10_max, p10, p50, p90 }) => ({
                  x: 10 ** ((log10_min + log10_max) / 2),
                  low: p10,
                  mid: p50,
                  high: p90,
                })),
              },
            ]}
            label="Scale of features by their density"
            xTitle="density (log)"
            yTitle="scale"
            axes={{ x: "log", y: "linear" }}
            formatX={formatPower}
            range="the middle 80 % of features"
          />
          <p className="text-xs text-ink-2">
            Of {formatCount(scale.features)} features that fire, the middle 80 % have scales from{" "}
            {formatNumber(scale.p10, 3)} to {formatNumber(scale.p90, 3)}
            {scale.spearman_density !== null &&
              `; rank correlation with density ${formatNumber(scale.spearman_density, 2)}`}
            .
            {turned &&
              ` The median row keeps a cosine of ${formatNumber(turned.p50, 3)} with what it was.`}
          </p>
        </div>
      </div>
    </>
  );
};

function ParentLink({ model, slug, revision }: RevisionAddress) {
  return (
    <Link href={dictionaryPath(model, slug, { revision })} className="link">
      its parent
    </Link>
  );
}

function BeforeAfter({ before, after }: { before: Figures; after: Figures }) {
  const names = Object.keys(before) as (keyof Figures)[];
  return (
    <table className="w-full text-sm tabular-nums">
      <thead>
        <tr className="border-b border-line text-left text-ink-2">
          <th className="py-1.5 font-normal">Measure</th>
          <th className="py-1.5 pl-3 text-right font-normal">before</th>
          <th className="py-1.5 pl-3 text-right font-normal">after</th>
          <th className="py-1.5 pl-3 text-right font-normal">change</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name} className="border-b border-line last:border-0">
            <th className="py-1.5 text-left font-normal">
              {name === "perplexity_increase" ? (
                <span className="hint" title="exp(CE with SAE) − exp(CE clean)">
                  Perplexity increase
                </span>
              ) : (
                <MetricTerm name={name} />
              )}
            </th>
            <td className="py-1.5 pl-3 text-right font-mono text-[0.8125rem]">
              {figure(name, before[name])}
            </td>
            <td className="py-1.5 pl-3 text-right font-mono text-[0.8125rem]">
              {figure(name, after[name])}
            </td>
            <td className="py-1.5 pl-3 text-right whitespace-nowrap">
              <Change name={name} before={before[name]} after={after[name]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type ChangeProps = { name: keyof Figures; before: number; after: number };

/** Which way it went, and whether that is better. */
function Change({ name, before, after }: ChangeProps) {
  if (before === after) return <span className="text-ink-2">same</span>;
  const isUp = after > before;
  const better = name === "perplexity_increase" ? "lower" : describeMetric(name).better;
  const word = better === "neither" ? "" : (better === "higher") === isUp ? " better" : " worse";
  return (
    <>
      {isUp ? "↑" : "↓"} {change(before, after)}
      {word && <span className="text-ink-2 max-sm:sr-only">{word}</span>}
    </>
  );
}

function figure(name: keyof Figures, value: number): string {
  return name === "perplexity_increase" ? formatNumber(value, 3) : formatMetric(name, value);
}

/** 0.4 → 0.3: "−25 %" */
function change(before: number, after: number): string {
  const by = 100 * (after / before - 1);
  return `${by > 0 ? "+" : ""}${formatNumber(by, 1)} %`;
}
