import { activationNewBody } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { featureAlong } from "@/server/queries/neuronpedia/live-text.ts";
import { findIndex } from "@/server/queries/neuronpedia/source.ts";

export const POST = neuronpediaRoute(async ({ viewer, request, takeTurn }) => {
  const { feature, customText, ignoreBos } = await bodyOf(request, activationNewBody);
  const of = await findIndex(viewer, feature);
  if (!of) return null;
  const answers = [];
  for (const text of [customText].flat()) {
    await takeTurn();
    answers.push(await featureAlong(of, text, ignoreBos, request.signal));
  }
  return typeof customText === "string" ? (answers[0] ?? null) : answers;
});

export { preflight as OPTIONS };
