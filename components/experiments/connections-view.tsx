import type { ConnectionFit, ConnectionSource } from "trainer/bundle";
import { formatCount, formatNumber, formatPercent } from "@/lib/format.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import { Histogram } from "../plots/histogram.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const ConnectionsView: ExperimentView<"connections"> = ({ section, dictionary }) => (
  <div className="space-y-10">
    {section.sources.map((source) => (
      <Source
        key={source.name}
        source={source}
        model={dictionary.model}
        isLast={JSON.stringify(source.config) === JSON.stringify(section.config)}
      />
    ))}
  </div>
);

type Props = {
  source: ConnectionSource;
  model: string;
  /** its settings are those that the section states */
  isLast: boolean;
};

function Source({ source, model, isLast }: Props) {
  const { name, hook_name, linear, relu, relu_adds, config } = source;
  const shown = linear ?? relu;
  const settings = Object.entries(config).map(([key, value]) => `--${key} ${value}`);
  return (
    <div>
      <Verdict>
        {shown ? verdictOf(source, shown) : "No feature varied on the held-out tokens."}
      </Verdict>
      <p className="mb-4 text-xs text-ink-2">
        From{" "}
        <a href={dictionaryPath(model, name)} className="link">
          {name}
        </a>{" "}
        at <code>{hook_name}</code>: {formatCount(source.d_sae)} features. Learnt from{" "}
        {formatCount(source.tokens)} tokens, measured on {formatCount(source.held_out_tokens)} held
        out
        {!isLast && (
          <>
            , <code>{settings.join(" ")}</code>
          </>
        )}
        .
      </p>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        {linear && <Explained fit={linear} what="W F1" />}
        {relu && <Explained fit={relu} what="ReLU(W′ F1)" />}
        {shown && <Sparsity fit={shown} what={linear ? "W" : "W′"} />}
        <Numbers fits={{ "W F1": linear, "ReLU(W′ F1)": relu }} />
      </div>
      {relu_adds && (
        <p className="mt-4 text-ink-2">
          ReLU changes a feature’s share by {formatNumber(relu_adds.mean, 3)} on average, and adds
          more than 0.05 for {formatPercent(relu_adds.above_0_05)} of the features.
        </p>
      )}
    </div>
  );
}

function verdictOf({ name, linear }: ConnectionSource, fit: ConnectionFit) {
  const [half, , most] = fit.above;
  return (
    <>
      {linear ? "Linear sums" : "Rectified sums"} of {formatNumber(fit.l0.mean, 0)} features of{" "}
      <code>{name}</code> explain more than half of the variance of{" "}
      {formatPercent(half?.share ?? 0)} of the features, and more than{" "}
      {formatPercent(most?.threshold ?? 0)} of that of {formatPercent(most?.share ?? 0)}.
    </>
  );
}

function Explained({ fit, what }: { fit: ConnectionFit; what: string }) {
  const { counts, below_zero } = fit.histogram;
  return (
    <div>
      <Histogram
        bins={{ counts, min: 0, max: 1 }}
        label={`Features by the share of their variance that ${what} explains`}
        unit="features"
        xTitle={`share of variance that ${what} explains, held out`}
        yTitle="Features"
        kind="linear"
        height={140}
      />
      {below_zero > 0 && (
        <p className="mt-1 pl-11 text-xs text-ink-2">
          {formatCount(below_zero)} more below 0: worse than their mean.
        </p>
      )}
    </div>
  );
}

function Sparsity({ fit, what }: { fit: ConnectionFit; what: string }) {
  const { counts } = fit.l0;
  return (
    <Histogram
      bins={{ counts, min: -0.5, max: counts.length - 0.5 }}
      label={`Features by the number of weights in their row of ${what}`}
      unit="features"
      xTitle={`weights in a row of ${what} (L0)`}
      yTitle="Features"
      kind="linear"
      height={140}
    />
  );
}

function Numbers({ fits }: { fits: Record<string, ConnectionFit | null> }) {
  const found = Object.entries(fits).flatMap(([what, fit]) => (fit ? [{ what, fit }] : []));
  const rows: [string, (fit: ConnectionFit) => string][] = [
    ["of all features’ variance together", ({ together }) => formatPercent(together ?? Number.NaN)],
    ["of a feature’s, on average", ({ mean }) => formatPercent(mean ?? Number.NaN)],
    ...[0, 1, 2].map((i): [string, (fit: ConnectionFit) => string] => [
      `features explained above ${found[0]?.fit.above[i]?.threshold}`,
      ({ above }) => formatPercent(above[i]?.share ?? Number.NaN),
    ]),
    ["weights in a row", ({ l0 }) => formatNumber(l0.mean, 1)],
  ];
  return (
    <table className="ruled self-start text-[0.8125rem]">
      <thead>
        <tr>
          <th scope="col">explained, held out</th>
          {found.map(({ what }) => (
            <th key={what} scope="col" className="figure">
              {what}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, write]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {found.map(({ what, fit }) => (
              <td key={what} className="figure">
                {write(fit)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
