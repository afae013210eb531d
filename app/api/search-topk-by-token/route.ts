import { searchTopkBody } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { searchTopkByToken } from "@/server/queries/neuronpedia/search-text.ts";

export const POST = neuronpediaRoute(async ({ viewer, request, takeTurn }) => {
  const body = await bodyOf(request, searchTopkBody);
  return searchTopkByToken(viewer, body, takeTurn, request.signal);
});

export { preflight as OPTIONS };
