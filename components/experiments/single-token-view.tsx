import type { Sections } from "trainer/bundle";
import {
  formatCount,
  formatNumber,
  formatPercent,
  formatPower,
  formatShort,
} from "@/lib/format.ts";
import { Bands } from "../plots/bands.tsx";
import { Values } from "./values.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Section = NonNullable<Sections["single_token"]>;
type Dictionary = Section["dictionaries"][number];

export const SingleTokenView: ExperimentView<"single_token"> = ({ section, dictionary }) => {
  const { dictionaries } = section;
  const kinds = [...new Set(dictionaries.map(kindOf))];
  const bands = (share: "mass_90" | "mass_50") =>
    kinds.map((kind) => ({
      key: kind,
      title: kind,
      points: dictionaries
        .filter((one) => kindOf(one) === kind)
        .map(({ l0, [share]: mid }) => ({ x: l0, low: mid, mid, high: mid })),
    }));
  return (
    <>
      <Verdict>{singleTokenVerdict(section, dictionary.slug)}</Verdict>
      {dictionaries.length > kinds.length && (
        <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
          <Bands
            bands={bands("mass_90")}
            label="Share of features with 90 % of their activation mass on one token type, by L0"
            xTitle="L0, active features per token (log)"
            yTitle="share of features, 90 % of mass on one token type"
            axes={{ x: "log", y: "linear" }}
            formatX={formatPower}
          />
          <Bands
            bands={bands("mass_50")}
            label="Share of features with half of their activation mass on one token type, by L0"
            xTitle="L0, active features per token (log)"
            yTitle="share of features, 50 % of mass on one token type"
            axes={{ x: "log", y: "linear" }}
            formatX={formatPower}
          />
        </div>
      )}
      <Values
        label="The numbers, of each dictionary that was measured"
        head={["dictionary", "L0", "features counted", "one type", "90 % of mass", "50 % of mass"]}
        rows={dictionaries.map(({ name, l0, counted, one_type, mass_90, mass_50 }) => [
          name,
          formatNumber(l0, 1),
          formatCount(counted),
          ...[one_type, mass_90, mass_50].map(formatPercent),
        ])}
      />
    </>
  );
};

/** What a reader wants to know, in words. */
export function singleTokenVerdict({ dictionaries, config }: Section, own: string): string {
  const self = dictionaries.find(({ name }) => name === own) ?? dictionaries[0];
  if (!self) return "No dictionary was measured.";
  const first = `Of ${formatCount(self.counted)} features that fire ${config.n_min} times or more, ${formatPercent(self.one_type)} fire on one token type only, and ${formatPercent(self.mass_90)} have nine tenths of their activation mass on one.`;
  const alike = dictionaries.filter((one) => kindOf(one) === kindOf(self));
  const [sparsest, densest] = [alike[0], alike.at(-1)];
  if (!sparsest || !densest || sparsest === densest) return first;
  return `${first} Among dictionaries of its kind the latter share goes from ${formatPercent(sparsest.mass_90)} at L0 ${formatShort(sparsest.l0)} to ${formatPercent(densest.mass_90)} at L0 ${formatShort(densest.l0)}.`;
}

/** Dictionaries that differ in their sparsity alone stand on one line. */
function kindOf({ architecture, d_sae, hook_name }: Dictionary): string {
  const hook = hook_name.replace(/^blocks\.(\d+)\./, "$1 ").replace("hook_", "");
  return `${architecture}, ${formatCount(d_sae)} features at ${hook}`;
}
