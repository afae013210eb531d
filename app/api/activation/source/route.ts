import { activationSourceBody } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { sourceAlong } from "@/server/queries/neuronpedia/live-text.ts";
import { needSource } from "@/server/queries/neuronpedia/source.ts";

export const POST = neuronpediaRoute(async ({ viewer, request, takeTurn }) => {
  const { modelId, source: id, customText } = await bodyOf(request, activationSourceBody);
  const source = await needSource(viewer, modelId, id);
  const results = [];
  for (const text of [customText].flat()) {
    await takeTurn();
    results.push(await sourceAlong(source, text, request.signal));
  }
  return { results };
});

export { preflight as OPTIONS };
