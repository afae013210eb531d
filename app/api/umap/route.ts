import { umapBody } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { placesOf } from "@/server/queries/neuronpedia/explanations.ts";

export const POST = neuronpediaRoute(async ({ viewer, request }) =>
  placesOf(viewer, await bodyOf(request, umapBody)),
);

export { preflight as OPTIONS };
