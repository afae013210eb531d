import "server-only";
import { aboutRows, saelensCfg } from "trainer/bundle";
import type { Visibility } from "@/lib/views.ts";
import { db } from "../../db.ts";
import type { Source } from "./source.ts";

const visibilities = {
  public: "PUBLIC",
  unlisted: "UNLISTED",
  private: "PRIVATE",
} as const satisfies Record<Visibility, string>;

/** What Neuronpedia says of the model, the source and its set beside each feature. */
export async function describeSource({ found, about }: Source) {
  const { cfg, dictionary } = await db().revision.findUniqueOrThrow({
    where: { id: found.id },
    select: {
      cfg: true,
      dictionary: {
        select: {
          description: true,
          created_at: true,
          model: { select: { created_at: true } },
        },
      },
    },
  });
  const { model, source, sourceSet } = aboutRows(found.manifest, saelensCfg.parse(cfg), {
    visibility: visibilities[found.summary.visibility],
    description: dictionary.description,
    creatorId: about.creatorId,
    creatorName: about.creatorId,
    inferenceEnabled: true,
    createdAt: dictionary.created_at.toISOString(),
    modelCreatedAt: dictionary.model.created_at.toISOString(),
  });
  return {
    model: { ...model, creatorId: "", thinking: false },
    source: { ...source, cosSimMatchModelId: null, cosSimMatchSourceId: null },
    sourceSet: { ...sourceSet, allowInferenceSearch: true },
    creator: { name: about.creatorId },
  };
}
