import "server-only";
import { z } from "zod";
import { parseAddress } from "@/lib/address.ts";
import { dictionaryEmbed, embedHeight, featureEmbed, iframeOf } from "@/lib/embed.ts";
import { dictionaryPath, embedPath, featurePath } from "@/lib/routes.ts";
import { pinnedOf, readQuery, saidQuery } from "@/lib/search-params.ts";
import type { Viewer } from "@/lib/views.ts";
import { escapeXml } from "@/lib/xml.ts";
import { findRevision } from "./queries/dictionaries.ts";
import { followShortLink } from "./queries/short-links.ts";

/*
 * What another site shows where a link of this hub is pasted: a frame of the page behind /embed, as
 * oembed.com (2019-01) has it.
 */

export const oembedQuery = z.object({
  url: z.url("expected the whole address of a feature or dictionary of this hub"),
  maxwidth: z.coerce.number().int().positive().optional(),
  maxheight: z.coerce.number().int().positive().optional(),
  format: z.string().default("json"),
});

const USUAL_WIDTH = 720; // CSS pixels

export type Oembed = {
  version: "1.0";
  type: "rich";
  title: string;
  provider_name: string;
  provider_url: string;
  html: string;
  width: number;
  height: number;
  thumbnail_url?: string;
  thumbnail_width?: number;
  thumbnail_height?: number;
  /** seconds */
  cache_age: number;
};

/** What the address looks like in another page; null if it is none of this hub, or not for everybody's eyes. */
export async function describeEmbed(
  viewer: Viewer,
  origin: string,
  { url, maxwidth, maxheight }: z.infer<typeof oembedQuery>,
): Promise<Oembed | null> {
  const place = await placeOf(viewer, origin, new URL(url));
  if (!place) return null;
  const { model, slug, index, params } = place;
  const pinned = pinnedOf(params);
  const found = await findRevision(viewer, model, slug, pinned.revision);
  if (!found || (index !== null && index >= found.summary.d_sae)) return null;
  const title = index === null ? `${slug} of ${model}` : `Feature ${index} of ${slug} (${model})`;
  const path = index === null ? dictionaryPath(model, slug) : featurePath(model, slug, index);
  const schema = index === null ? dictionaryEmbed : featureEmbed;
  const shown = readQuery(schema, params);
  const width = Math.min(USUAL_WIDTH, maxwidth ?? USUAL_WIDTH);
  const height = Math.min(embedHeight(shown), maxheight ?? Number.POSITIVE_INFINITY);
  const src = `${origin}${embedPath(path, { ...saidQuery(schema, shown), ...pinned })}`;
  return {
    version: "1.0",
    type: "rich",
    title,
    provider_name: "Dictionary Hub",
    provider_url: origin,
    html: iframeOf({ src, title, width, height }),
    width,
    height,
    ...thumbnail(`${origin}${path}/opengraph-image`, { maxwidth, maxheight }),
    cache_age: 3600,
  };
}

/** The picture for link previews, where it is not larger than asked for. */
function thumbnail(
  thumbnail_url: string,
  { maxwidth, maxheight }: Pick<z.infer<typeof oembedQuery>, "maxwidth" | "maxheight">,
) {
  const [thumbnail_width, thumbnail_height] = [1200, 630];
  const fits = thumbnail_width <= (maxwidth ?? 1200) && thumbnail_height <= (maxheight ?? 630);
  return fits ? { thumbnail_url, thumbnail_width, thumbnail_height } : {};
}

type Place = { model: string; slug: string; index: number | null; params: Record<string, string> };

/** What the address names: a feature or a dictionary, by its long or short address or by that of its frame. */
async function placeOf(viewer: Viewer, origin: string, url: URL): Promise<Place | null> {
  if (url.origin !== origin) return null;
  const short = /^\/f\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  const long = short === undefined ? url.href : await followShortLink(viewer, short);
  if (long === null) return null;
  const { pathname, searchParams } = new URL(long, origin);
  const address = parseAddress(pathname.replace(/^\/embed\//, "/"));
  if (!address?.dictionary) return null;
  const { model, dictionary: slug, index = null } = address;
  return { model, slug, index, params: Object.fromEntries(searchParams) };
}

/** The same as XML. */
export function oembedXml(oembed: Oembed): string {
  const elements = Object.entries(oembed).map(
    ([name, value]) => `  <${name}>${escapeXml(String(value))}</${name}>\n`,
  );
  return `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n${elements.join("")}</oembed>\n`;
}
