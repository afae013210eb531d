import { activationShade, mix, type Oklch, toHex } from "@/lib/color.ts";
import { formatOneIn } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import type { FeatureView } from "@/lib/views.ts";
import { CardFrame, card } from "../hub/card-frame.tsx";
import { stripOf } from "./strip.ts";

/** globals.css, by day */
const surface: Oklch = [1, 0, 0];
const activation: Oklch = [0.73, 0.165, 48];

const shownBefore = 14; // tokens before and after the chosen one: what fits into four lines
const shownAfter = 18;

type Props = { feature: FeatureView; drawable: (text: string) => string };

/** The picture of a feature for link previews: its strongest example, coloured. */
export function FeatureCardImage({ feature, drawable }: Props) {
  const { dictionary, record, intervals, top_logits } = feature;
  const example = intervals[0]?.examples[0];
  const facts = [
    ["density", formatOneIn(record.density)],
    ["max activation", formatStatistic("max_activation", record.max_activation)],
    [
      "raises",
      top_logits
        .slice(0, 3)
        .map((e) => tokenLabel(e.token))
        .join("  "),
    ],
  ].filter(([, value]) => value);
  return (
    <CardFrame place={`${dictionary.model} / ${dictionary.slug}`} title={`Feature ${record.index}`}>
      <div
        style={{
          display: "flex",
          flexWrap: "wrap",
          alignContent: "center",
          height: 250,
          padding: "20px 32px",
          overflow: "hidden",
          background: toHex(mix(surface, surface, 0)),
          border: `2px solid ${card.line}`,
          borderRadius: 12,
          fontFamily: "Geist Mono",
          fontSize: 30,
        }}
      >
        {example
          ? tokensOf(example, record.max_activation).map(({ key, text, background, chosen }) => (
              <span
                key={key}
                style={{
                  whiteSpace: "pre",
                  padding: "3px 0",
                  background,
                  borderRadius: 6,
                  fontWeight: chosen ? 700 : 400,
                }}
              >
                {drawable(text)}
              </span>
            ))
          : "This feature is dead: it fires on none of the counted tokens."}
      </div>
      <div style={{ display: "flex", gap: 56 }}>
        {facts.map(([term = "", value = ""]) => (
          <div key={term} style={{ display: "flex", flexDirection: "column" }}>
            <span style={{ color: card.ink2, fontSize: 22 }}>{term}</span>
            <span style={{ whiteSpace: "pre", fontFamily: "Geist Mono", fontSize: 28 }}>
              {drawable(value)}
            </span>
          </div>
        ))}
      </div>
    </CardFrame>
  );
}

type Example = FeatureView["intervals"][number]["examples"][number];

function tokensOf(example: Example, max: number) {
  const { before, from } = stripOf(example);
  const chosenAt = from[0]?.at ?? 0;
  return [...before, ...from].flatMap(({ at, tokens, activation: value }) =>
    tokens.flatMap((token, i) => {
      const away = at + i - chosenAt;
      if (away < -shownBefore || away > shownAfter) return [];
      const shade = mix(surface, activation, activationShade(value, max));
      return [
        {
          key: at + i,
          text: token.replaceAll("\n", "↵"),
          background: toHex(shade),
          chosen: away === 0,
        },
      ];
    }),
  );
}
