import Link from "next/link";
import type { Sections } from "trainer/bundle";
import { formatNumber, formatPercent } from "@/lib/format.ts";
import { type ModelQuery, modelQuery } from "@/lib/model-query.ts";
import { experimentsPath, modelPath } from "@/lib/routes.ts";
import { saidQuery } from "@/lib/search-params.ts";
import { Heatmap, type HeatPlace } from "../plots/heatmap.tsx";
import { shortestHook, shortHook } from "./describe-layers.ts";

type Section = NonNullable<Sections["across_layers"]>;

type Props = {
  section: Section;
  model: string;
  /** which correlation, and where the choice between the two leads */
  query: ModelQuery;
};

const names = { spearman: "Spearman", pearson: "Pearson" } as const;
const kinds = ["spearman", "pearson"] as const;

/** The matrices of dictionaries whose CE-diffs were compared. */
export function AcrossLayers({ section, model, query }: Props) {
  const { correlation } = query;
  const places = placesOf(section, model);
  return (
    <div className="grid gap-x-10 gap-y-8 xl:grid-cols-2">
      <div className="min-w-0">
        <nav aria-label="Correlation" className="mb-2 flex gap-4">
          {kinds.map((kind) => (
            <Link
              key={kind}
              href={`${modelPath(model, saidQuery(modelQuery, { ...query, correlation: kind }))}#across_layers`}
              prefetch={false}
              scroll={false}
              aria-current={kind === correlation ? "true" : undefined}
              className="text-ink-2 hover:text-accent aria-[current]:font-medium aria-[current]:text-ink aria-[current]:underline"
            >
              {names[kind]}
            </Link>
          ))}
        </nav>
        <Heatmap
          caption={`${names[correlation]}’s correlation of CE-diff over all positions; 0 has no colour`}
          places={places}
          matrix={section[correlation]}
          neutral={0}
          format={(value) => formatNumber(value, 2)}
        />
      </div>
      <div className="min-w-0 xl:pt-7">
        <OverlapMap section={section} places={places} />
      </div>
    </div>
  );
}

type OverlapProps = { section: Section; places: HeatPlace[] };

/** What two dictionaries' worst positions have in common, against chance. */
export function OverlapMap({ section: { overlap, worst_fraction }, places }: OverlapProps) {
  return (
    <Heatmap
      caption={`Share of the worst ${formatPercent(worst_fraction)} of the positions that two have in common; chance, ${formatPercent(worst_fraction)}, has no colour`}
      places={places}
      matrix={overlap}
      neutral={worst_fraction}
      format={formatPercent}
    />
  );
}

/** Rows and columns; `own` is the dictionary whose page it is. */
export function placesOf(
  { dictionaries }: Section,
  model: string,
  own: string | null = null,
): HeatPlace[] {
  return dictionaries.map(({ name, hook_name }) => ({
    name,
    label: shortestHook(hook_name),
    href: experimentsPath(model, name),
    own: name === own,
  }));
}

/** Which two dictionaries agree most and least, and what the worst positions have to do with one another. */
export function acrossVerdict({
  dictionaries,
  spearman,
  overlap,
  worst_fraction,
}: Section): string {
  const pairs = dictionaries.flatMap((a, i) =>
    dictionaries.slice(i + 1).map((b, j) => ({
      names: `${shortHook(a.hook_name)} and ${shortHook(b.hook_name)}`,
      rank: spearman[i]?.[i + 1 + j] ?? null,
      shared: overlap[i]?.[i + 1 + j] ?? 0,
    })),
  );
  const ranked = pairs
    .flatMap(({ names, rank }) => (rank === null ? [] : [{ names, rank }]))
    .sort((a, b) => b.rank - a.rank);
  const [most, least] = [ranked[0], ranked.at(-1)];
  const shared = pairs.map((pair) => pair.shared);
  const [low, high] = [Math.min(...shared), Math.max(...shared)];
  const agreement =
    most && least
      ? `CE-diffs go together most at ${most.names} (Spearman ${formatNumber(most.rank, 2)}) and least at ${least.names} (${formatNumber(least.rank, 2)}). `
      : "";
  const times = (share: number) => formatNumber(share / worst_fraction, 0);
  return `${agreement}Two dictionaries have ${formatPercent(low)} to ${formatPercent(high)} of their worst positions in common, ${times(low)} to ${times(high)} times as many as by chance.`;
}
