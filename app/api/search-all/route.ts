import { searchAllBody } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { searchAll } from "@/server/queries/neuronpedia/search-text.ts";

export const POST = neuronpediaRoute(async ({ viewer, request, takeTurn }) => {
  const body = await bodyOf(request, searchAllBody);
  return searchAll(viewer, body, takeTurn, request.signal);
});

export { preflight as OPTIONS };
