import "server-only";
import { type Address, parseAddress } from "@/lib/address.ts";
import { datapointPath, dictionaryPath, featurePath, modelPath } from "@/lib/routes.ts";
import type { Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { listed } from "../visibility.ts";
import { findRevision } from "./dictionaries.ts";
import { getModel } from "./models.ts";
import { followShortLink } from "./short-links.ts";

/**
 * Where an address (see lib/address.ts), a short link, "dictionary/index" or a dictionary's or model's whole name leads;
 * null when it names nothing, or more than one thing.
 */
export async function findAddress(viewer: Viewer, text: string): Promise<string | null> {
  const address = parseAddress(text.includes("/") ? text : `/${text}`);
  if (!address) return null;
  const { model, dictionary } = address;
  if (model === "f" && dictionary !== undefined) return followShortLink(viewer, dictionary);
  return (await resolve(viewer, address)) ?? (await resolveShort(viewer, address));
}

async function resolve(viewer: Viewer, address: Address): Promise<string | null> {
  const { model, dictionary, index, place, revision } = address;
  if (dictionary === undefined) return (await getModel(viewer, model)) && modelPath(model);
  const found = await findRevision(viewer, model, dictionary, revision);
  if (!found) return null;
  const pinned = revision ? { revision } : {};
  if (place) return datapointPath(model, dictionary, place, pinned);
  if (index === undefined) return dictionaryPath(model, dictionary, pinned);
  return index < found.summary.d_sae ? featurePath(model, dictionary, index, pinned) : null;
}

/** A dictionary that is alone with its name needs no model before it. */
async function resolveShort(viewer: Viewer, address: Address): Promise<string | null> {
  const { model: name, dictionary: index = "", ...rest } = address;
  if (Object.keys(rest).length > 0 || !/^\d{0,9}$/.test(index)) return null;
  const models = await db().$queryRaw<{ slug: string }[]>`
    SELECT model.slug FROM dictionary JOIN model ON model.id = dictionary.model_id
    WHERE dictionary.slug = ${name} AND ${listed(viewer)} LIMIT 2`;
  const [only, another] = models;
  if (!only || another) return null;
  return resolve(viewer, {
    model: only.slug,
    dictionary: name,
    ...(index !== "" && { index: Number(index) }),
  });
}
