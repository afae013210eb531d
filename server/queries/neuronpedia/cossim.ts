import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { nearestRows, openDecoder } from "../../decoder.ts";
import { HttpError } from "../../http.ts";
import type { CossimBody } from "../../neuronpedia/bodies.ts";
import { findIndex, needSource } from "./source.ts";

const MOST = 10;

/** The features of a source whose decoder rows have the largest cosine with a feature's, the largest first. */
export async function nearestInSource(
  viewer: Viewer,
  { modelId, source, index, targetModelId, targetSourceId }: CossimBody,
) {
  const of = await findIndex(viewer, { modelId, source, index });
  if (!of) return null;
  const target = await needSource(viewer, targetModelId, targetSourceId);
  const [from, to] = await Promise.all([
    openDecoder({ id: of.source.found.id, revision: of.source.found.summary.revision }),
    openDecoder({ id: target.found.id, revision: target.found.summary.revision }),
  ]);
  if (from.width !== to.width)
    throw new HttpError(
      400,
      `${modelId}/${of.source.about.layer} has directions of ${from.width} numbers, ${targetModelId}/${target.about.layer} of ${to.width}`,
    );
  const nearest = await nearestRows(from, of.index, to, MOST);
  const name = (model: string, layer: string, at: number) => ({
    model,
    source: layer,
    index: at,
  });
  return {
    feature: name(modelId, of.source.about.layer, of.index),
    topkDecoderCossimFeatures: nearest.map((one) => ({
      feature: name(targetModelId, target.about.layer, one.index),
      cosineSimilarity: one.cosine,
    })),
  };
}
