import type { Sections } from "trainer/bundle";
import { formatCount, formatNumber, formatPower, formatShort } from "@/lib/format.ts";
import { Bands } from "../plots/bands.tsx";
import { Values } from "./values.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Section = NonNullable<Sections["remove_frequent"]>;
type Member = Section["family"][number];
type Measured = Pick<Member, "l0" | "fvu" | "ce_diff" | "ce_loss_recovered">;

export const RemoveFrequentView: ExperimentView<"remove_frequent"> = ({ section, dictionary }) => {
  const { top, bottom, family } = section;
  const trained = curvesOf(family);
  const bands = (value: (of: Measured) => { low: number; value: number; high: number }) =>
    [
      { key: "top", title: "cut, the most frequent first", points: top },
      ...trained.map(({ key, title, members }) => ({ key, title, points: members })),
      { key: "bottom", title: "cut, the least frequent first", points: bottom },
    ].map(({ points, ...band }) => ({
      ...band,
      points: (points as Measured[])
        .toSorted((a, b) => a.l0 - b.l0)
        .map((point) => {
          const { low, value: mid, high } = value(point);
          return { x: point.l0, low, mid, high };
        }),
    }));
  return (
    <>
      <Verdict>{removeFrequentVerdict(section, dictionary.slug)}</Verdict>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        <Bands
          bands={bands(({ ce_loss_recovered }) => ce_loss_recovered)}
          label="CE loss recovered by L0, of the cut dictionary and of those trained at each sparsity"
          xTitle="L0, active features per token (log)"
          yTitle="CE loss recovered"
          axes={{ x: "log", y: "linear" }}
          formatX={formatPower}
          height={260}
          range="95 % interval over contexts"
        />
        <Bands
          bands={bands(({ fvu }) => ({ low: fvu, value: fvu, high: fvu }))}
          label="Fraction of variance unexplained by L0, of the cut dictionary and of those trained at each sparsity"
          xTitle="L0, active features per token (log)"
          yTitle="FVU (log)"
          axes={{ x: "log", y: "log" }}
          formatX={formatPower}
          height={260}
        />
      </div>
      <Values
        label="The numbers of these figures; a gap is the cut dictionary’s CE loss recovered minus the trained one’s, at its L0"
        head={[
          "dictionary",
          "L0",
          "recovered",
          "CE-diff",
          "FVU",
          "gap of the cut one",
          "95 % interval",
        ]}
        rows={[
          ...top.map((cut) => [...figures(cutTitle(cut, "most"), cut), "", ""]),
          ...bottom.slice(1).map((cut) => [...figures(cutTitle(cut, "least"), cut), "", ""]),
          ...family.map((member) => [
            ...figures(member.name, member),
            ...gapCells(member.name === dictionary.slug ? null : member.gap.top),
          ]),
        ]}
      />
    </>
  );
};

/** What a reader wants to know, in words; the dictionary's own kind is its best comparison. */
export function removeFrequentVerdict({ family, top }: Section, own: string): string {
  const self = family.find(({ name }) => name === own);
  const others = family.filter(({ name, gap }) => name !== own && gap.top !== null);
  const alike = others.filter(
    ({ architecture, d_sae }) => architecture === self?.architecture && d_sae === self?.d_sae,
  );
  const compared = alike.length > 0 ? alike : others;
  const [densest] = compared;
  const sparsest = compared.at(-1);
  if (!densest?.gap.top || !sparsest?.gap.top)
    return `The cut dictionary, from L0 ${formatShort(top[0]?.l0 ?? NaN)} on, has no L0 in common with those that were trained.`;
  const better = (sign: 1 | -1) =>
    compared.filter(({ gap }) => {
      const found = gap.top?.ce_loss_recovered;
      return found && (sign > 0 ? found.low > 0 : found.high < 0);
    }).length;
  const [cutWins, trainedWins] = [better(1), better(-1)];
  const outcome =
    trainedWins === compared.length
      ? "Training for sparsity wins at every L0"
      : cutWins === compared.length
        ? "Cutting the most frequent features wins at every L0"
        : `Training for sparsity wins at ${trainedWins} of ${compared.length} L0s, cutting at ${cutWins}`;
  const at = ({ l0, ce_loss_recovered, gap }: Member) => {
    const found = gap.top?.ce_loss_recovered.value ?? 0;
    return `at L0 ${formatShort(l0)} the cut dictionary recovers ${formatNumber(ce_loss_recovered.value + found, 3)} of the CE loss and one that was trained so ${formatNumber(ce_loss_recovered.value, 3)}`;
  };
  const sentences = densest === sparsest ? at(densest) : `${at(densest)}, ${at(sparsest)}`;
  return `${outcome}: ${sentences}.`;
}

/** A line for each kind of dictionary: the same rule and size, at different sparsities. */
function curvesOf(family: Member[]) {
  const kindOf = ({ architecture, d_sae }: Member) => `${architecture}, ${formatCount(d_sae)}`;
  return [...new Set(family.map(kindOf))].map((kind) => ({
    key: kind,
    title: `trained: ${kind} features`,
    members: family.filter((member) => kindOf(member) === kind),
  }));
}

function cutTitle({ features_cut }: Section["top"][number], which: string): string {
  return features_cut === 0
    ? "nothing cut"
    : `without the ${formatCount(features_cut)} ${which} frequent`;
}

function figures(name: string, { l0, ce_loss_recovered, ce_diff, fvu }: Measured): string[] {
  return [
    name,
    formatNumber(l0, 2),
    formatNumber(ce_loss_recovered.value, 4),
    formatNumber(ce_diff.value, 4),
    formatNumber(fvu, 4),
  ];
}

function gapCells(gap: Member["gap"]["top"]): string[] {
  if (!gap) return ["", ""];
  const { value, low, high } = gap.ce_loss_recovered;
  return [formatNumber(value, 4), `${formatNumber(low, 4)} to ${formatNumber(high, 4)}`];
}
