import { explanationBodies } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { searchExplanations } from "@/server/queries/neuronpedia/explanations.ts";

export const POST = neuronpediaRoute(async ({ viewer, request }) =>
  searchExplanations(viewer, await bodyOf(request, explanationBodies.release)),
);

export { preflight as OPTIONS };
