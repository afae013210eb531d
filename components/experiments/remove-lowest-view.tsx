import type { Sections } from "trainer/bundle";
import { formatNumber, formatPercent, formatPower } from "@/lib/format.ts";
import { Bands } from "../plots/bands.tsx";
import { Values } from "./values.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Section = NonNullable<Sections["remove_lowest"]>;
type Left = Section["lowest"][number];

const orders = { lowest: "the lowest", random: "random ones", highest: "the highest" } as const;
const interval = "95 % interval over contexts";
const figures = [
  { of: "ce_diff", what: "CE-diff", yTitle: "CE-diff, nats (log)" },
  { of: "mse", what: "Mean squared error", yTitle: "MSE (log)" },
] as const;

export const RemoveLowestView: ExperimentView<"remove_lowest"> = ({ section }) => {
  const { lowest, mass } = section;
  const byCount = (of: "ce_diff" | "mse") =>
    Object.entries(orders).map(([key, title]) => ({
      key,
      title,
      points: section[key as keyof typeof orders].map((left) => ({
        x: left.k,
        ...range(left[of]),
      })),
    }));
  const byL0 = (of: "ce_diff" | "mse") => [
    {
      key: "count",
      title: "the k lowest",
      points: lowest.map((left) => ({ x: left.l0, ...range(left[of]) })),
    },
    {
      key: "mass",
      title: "the lowest p of the mass",
      points: mass.map((left) => ({ x: left.l0, ...range(left[of]) })),
    },
  ];
  return (
    <>
      <Verdict>{removeLowestVerdict(section)}</Verdict>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        {figures.map(({ of, what, yTitle }) => (
          <Bands
            key={of}
            bands={byCount(of)}
            label={`${what} by how many active features are removed from each datapoint`}
            xTitle="active features removed, k"
            yTitle={yTitle}
            axes={{ x: "symlog", y: "log" }}
            range={interval}
          />
        ))}
        {figures.map(({ of, what, yTitle }) => (
          <Bands
            key={of}
            bands={byL0(of)}
            label={`${what} by how many active features are left, removed by number and by mass`}
            xTitle="active features left, mean (log)"
            yTitle={yTitle}
            axes={{ x: "log", y: "log" }}
            formatX={formatPower}
            range={interval}
          />
        ))}
      </div>
      <Values
        label="The numbers of these figures, CE-diff and its change in nats"
        head={["removed", "L0 left", "CE-diff", "against none", "95 % interval", "MSE", "FVU"]}
        rows={[
          ...lowest.slice(0, 1).map((left) => row("nothing", left)),
          ...Object.entries(orders).flatMap(([key, title]) =>
            section[key as keyof typeof orders]
              .slice(1)
              .map((left) => row(`${left.k} of ${title}`, left)),
          ),
          ...mass
            .slice(1)
            .map((left) => row(`the lowest ${formatPercent(left.share)} of the mass`, left)),
        ]}
      />
    </>
  );
};

/** What a reader wants to know, in words. */
export function removeLowestVerdict({ lowest, mass, best, helps }: Section): string {
  const [none, first] = lowest;
  const least = mass[1];
  const gained = (found: Omit<Left, "k"> | undefined) =>
    found ? `${formatNumber(-found.against_none.value, 4)} nats` : "";
  if (helps.k || helps.share) {
    const parts = [
      helps.k && `the ${best.k} lowest (${gained(lowest.find(({ k }) => k === best.k))})`,
      helps.share &&
        `the lowest ${formatPercent(best.share)} of the mass (${gained(mass.find(({ share }) => share === best.share))})`,
    ].filter(Boolean);
    return `Removing helps: CE is lowest without ${parts.join(", and without ")}.`;
  }
  const cost = (found: Omit<Left, "k"> | undefined) =>
    found ? `${formatNumber(found.against_none.value, 4)} nats` : "";
  return [
    best.k === 0 && best.share === 0
      ? "Removing helps nowhere: CE is best with every active feature in place."
      : "Removing helps nowhere for certain: no interval of the difference lies below 0.",
    first && none && ` Without the lowest one of each datapoint it costs ${cost(first)} more`,
    first &&
      least &&
      `, without the lowest ${formatPercent(least.share)} of the mass ${cost(least)}`,
    first && ".",
  ]
    .filter(Boolean)
    .join("");
}

function range({ value, low, high }: Left["ce_diff"]) {
  return { low, mid: value, high };
}

function row(name: string, { l0, ce_diff, against_none, mse, fvu }: Omit<Left, "k">): string[] {
  const { low, high } = against_none;
  return [
    name,
    formatNumber(l0, 2),
    formatNumber(ce_diff.value, 4),
    formatNumber(against_none.value, 4),
    `${formatNumber(low, 4)} to ${formatNumber(high, 4)}`,
    formatNumber(mse.value, 4),
    formatNumber(fvu, 4),
  ];
}
