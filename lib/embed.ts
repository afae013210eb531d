import { z } from "zod";
import { escapeXml } from "./xml.ts";

/** What an embedded feature may show, in order. */
export const featureParts = ["examples", "statistics", "histogram", "logits"] as const;
/** What an embedded dictionary may show, in order. */
export const dictionaryParts = ["metrics", "densities", "training"] as const;

export const themes = ["auto", "light", "dark"] as const;

const theme = z.enum(themes).default("auto").catch("auto");

/** The query of an embedded feature: `?show=examples,logits&examples=5&theme=dark`. What it does not know is left out. */
export const featureEmbed = z.object({
  show: partsOf(featureParts, ["examples", "statistics"]),
  /** of the top interval */
  examples: z.coerce.number().int().min(1).max(20).default(5).catch(5),
  theme,
});
export type FeatureEmbed = z.infer<typeof featureEmbed>;

export const dictionaryEmbed = z.object({
  show: partsOf(dictionaryParts, ["metrics"]),
  theme,
});
export type DictionaryEmbed = z.infer<typeof dictionaryEmbed>;

function partsOf<Part extends string>(known: readonly Part[], usual: Part[]) {
  return z
    .string()
    .default(usual.join(","))
    .transform((text) => {
      const named = text.split(",");
      return known.filter((part) => named.includes(part));
    });
}

const heights: Record<(typeof featureParts)[number] | (typeof dictionaryParts)[number], number> = {
  examples: 60,
  statistics: 150,
  histogram: 260,
  logits: 330,
  metrics: 330,
  densities: 300,
  training: 620,
};
const HEAD = 84;
const EXAMPLE = 28;

/** Height in CSS pixels at which a frame of usual width need not scroll. */
export function embedHeight({
  show,
  examples = 0,
}: {
  show: readonly (keyof typeof heights)[];
  examples?: number;
}) {
  const lines = show.includes("examples") ? examples * EXAMPLE : 0;
  return HEAD + lines + show.reduce((sum, part) => sum + heights[part], 0);
}

/** The markup that puts an address of this hub into another page. */
export function iframeOf({
  src,
  title,
  width,
  height,
}: {
  src: string;
  title: string;
  width: number;
  height: number;
}) {
  return (
    `<iframe src="${escapeXml(src)}" title="${escapeXml(title)}" width="${width}" height="${height}" ` +
    `style="border:0;max-width:100%" loading="lazy"></iframe>`
  );
}
