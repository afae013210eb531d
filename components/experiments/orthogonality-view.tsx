import { metrics, type Sections } from "trainer/bundle";
import { formatNumber, formatPercent } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { OutlinedHistogram } from "../plots/outlined-histogram.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Section = NonNullable<Sections["orthogonality"]>;

export const OrthogonalityView: ExperimentView<"orthogonality"> = ({ section }) => {
  const { without, with: apart, reference } = section;
  return (
    <>
      <Verdict>
        With the penalty, the mean feature's nearest other has |cos| {cosine(apart)} instead of{" "}
        {cosine(without)}
        {alike(section)}. {said(section)}
      </Verdict>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[3fr_2fr]">
        <OutlinedHistogram
          bars={{ counts: apart.counts, min: 0, max: 1, title: "with the penalty" }}
          outline={{ counts: without.counts, title: "without" }}
          label={`Features by |cos| with the nearest other: on average ${cosine(apart)} with the penalty, ${cosine(without)} without`}
          xTitle="|cos| with the nearest other feature"
          yTitle="features"
        />
        <Figures section={section} />
      </div>
      <p className="mt-4 text-xs text-ink-2">
        Without: <code>{reference.name}</code>, weights {reference.weights_sha256.slice(0, 12)}…
      </p>
    </>
  );
};

const cosine = ({ mean_nearest }: Section["with"]) => formatNumber(mean_nearest, 3);

function alike({ without, with: apart }: Section): string {
  const [before, after] = [without.nearer[0], apart.nearer[0]];
  if (!before || !after) return "";
  return `; above ${before.than} are ${formatPercent(after.features)} instead of ${formatPercent(before.features)}`;
}

function said({ without, with: apart, better }: Section): string {
  const fvu = `FVU ${formatMetric("fvu", apart.fvu)} instead of ${formatMetric("fvu", without.fvu)}`;
  if (better === null) return `As L0 differs too, its ${fvu} cannot be compared.`;
  if (better === "neither") return `It reconstructs about as well: ${fvu} at equal L0.`;
  return `It reconstructs ${better === "with" ? "better" : "worse"} at equal L0: ${fvu}.`;
}

const compared = ["l0", "fvu", "ce_loss_recovered", "dead_fraction"] as const;

function Figures({ section: { without, with: apart } }: { section: Section }) {
  return (
    <table className="ruled self-start">
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col" className="figure">
            without
          </th>
          <th scope="col" className="figure">
            with
          </th>
        </tr>
      </thead>
      <tbody>
        {compared.map((name) => (
          <tr key={name}>
            <th scope="row">
              <MetricTerm name={name}>{metrics[name].title}</MetricTerm>
            </th>
            <td className="figure">{formatMetric(name, without[name])}</td>
            <td className="figure">{formatMetric(name, apart[name])}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Nearest |cos|, mean</th>
          <td className="figure">{cosine(without)}</td>
          <td className="figure">{cosine(apart)}</td>
        </tr>
        {without.nearer.map(({ than, features }, i) => (
          <tr key={than}>
            <th scope="row">nearer than {than}</th>
            <td className="figure">{formatPercent(features)}</td>
            <td className="figure">{formatPercent(apart.nearer[i]?.features ?? Number.NaN)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
