import type { Sections } from "trainer/bundle";
import { formatCount, formatNumber, formatPercent, formatShort } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { LineKey, PointLines } from "../plots/point-lines.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Stacking = NonNullable<Sections["stacking"]>;
type Figures = NonNullable<Stacking["at_equal_l0"]>;

const plotted = [
  { name: "fvu", title: "FVU" },
  { name: "ce_diff", title: "CE-diff, nats" },
] as const;

export const StackingView: ExperimentView<"stacking"> = ({ section }) => {
  const { stages, at_once, sum } = section;
  return (
    <>
      <Verdict>{verdict(section)}</Verdict>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        {plotted.map(({ name, title }) => (
          <PointLines
            key={name}
            lines={linesOf(section, name)}
            label={`${title} by L0 after each stage, and of dictionaries trained at once`}
            xTitle="L0, active features per token (log)"
            yTitle={title}
            across="log"
            height={180}
            formatX={(l0) => formatNumber(l0, 0)}
          />
        ))}
      </div>
      <div className="mt-3 mb-6">
        <LineKey lines={linesOf(section, "fvu")} />
      </div>
      <ScrollTable label="After each stage, and trained at once">
        <table className="ruled">
          <thead>
            <tr>
              <th scope="col">Dictionary</th>
              <th scope="col" className="text-right!">
                Features
              </th>
              <th scope="col" className="text-right!">
                Tokens
              </th>
              {figureNames.map((name) => (
                <th key={name} scope="col" className="text-right!">
                  <MetricTerm name={name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowsOf(section).map(({ key, title, features, tokens, figures }) => (
              <tr key={key}>
                <th scope="row" className="text-left font-normal whitespace-nowrap">
                  {title}
                </th>
                <td className="figure">{formatCount(features)}</td>
                <td className="figure">{formatCount(tokens)}</td>
                {figureNames.map((name) => (
                  <td key={name} className="figure">
                    {formatMetric(name, figures[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
      <p className="mt-3 text-xs text-ink-2">
        {stages
          .map(
            ({ sparsity, own_l0 }, i) =>
              `Stage ${i + 1}: ${sparsity.setting} ${sparsity.value}, ${formatNumber(own_l0, 1)} active features of its own.`,
          )
          .join(" ")}{" "}
        At {formatCount(sum.tokens)} held-out tokens one encoder pass gave the sum of the stages
        within {formatShort(sum.largest_difference, 2)} of ‖x‖
        {sum.moved > 0 && `, but for ${formatCount(sum.moved)} activations at their thresholds`}.
        {at_once.length === 0 && " It has not been compared with training at once."}
      </p>
    </>
  );
};

const figureNames = ["l0", "fvu", "ce_diff", "ce_loss_recovered"] as const;

function rowsOf({ stages, at_once, at_equal_l0 }: Stacking) {
  let [features, tokens] = [0, 0];
  const after = stages.map((stage, i) => {
    features += stage.features;
    tokens += stage.train_tokens;
    return { key: `stage ${i}`, title: `after stage ${i + 1}`, features, tokens, figures: stage };
  });
  const others = at_once.map((other) => ({
    key: other.weights_sha256,
    title: `at once, ${other.name}`,
    features: other.features,
    tokens: other.train_tokens,
    figures: other as Figures,
  }));
  const equal = at_equal_l0 && {
    key: "equal",
    title: "at once, at equal L0 (interpolated)",
    features,
    tokens,
    figures: at_equal_l0,
  };
  return [...after, ...others, ...(equal ? [equal] : [])];
}

function linesOf({ stages, at_once }: Stacking, name: (typeof plotted)[number]["name"]) {
  const points = (of: readonly Figures[]) =>
    [...of].sort((a, b) => a.l0 - b.l0).map((figures) => ({ x: figures.l0, y: figures[name] }));
  return [
    { key: "stack", title: "after each stage", points: points(stages) },
    { key: "at once", title: "trained at once", points: points(at_once) },
  ];
}

/** Whether stages are better than training at once, and at what L0 that is said. */
function verdict({ stages, at_once, at_equal_l0 }: Stacking): string {
  const last = stages.at(-1);
  if (!last) return "No stage was trained.";
  const distance = ({ l0 }: Figures) => Math.abs(Math.log(l0 / last.l0));
  const nearest = [...at_once].sort((a, b) => distance(a) - distance(b))[0];
  const other = at_equal_l0 ?? nearest;
  const l0 = formatNumber(last.l0, 1);
  if (!other)
    return `In ${stages.length} stages the FVU is ${formatNumber(last.fvu, 4)} at L0 ${l0}.`;
  const where = at_equal_l0
    ? `at equal L0 (${l0})`
    : `at L0 ${l0}, beside ${formatNumber(other.l0, 1)}, the nearest there is`;
  const [fvu, ce_diff] = [last.fvu / other.fvu - 1, last.ce_diff / other.ce_diff - 1];
  return `Trained in ${stages.length} stages, the dictionary leaves ${than(fvu)} of the variance unexplained than one trained at once, ${where}, and costs ${than(ce_diff)} in cross-entropy.`;
}

/** 0.1: "10 % more" */
function than(by: number): string {
  return `${formatPercent(Math.abs(by))} ${by > 0 ? "more" : "less"}`;
}
