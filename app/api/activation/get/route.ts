import { named } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { getActivations } from "@/server/queries/neuronpedia/feature.ts";

export const POST = neuronpediaRoute(async ({ viewer, request }) =>
  getActivations(viewer, await bodyOf(request, named)),
);

export { preflight as OPTIONS };
