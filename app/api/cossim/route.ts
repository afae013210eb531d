import { cossimBody } from "@/server/neuronpedia/bodies.ts";
import { bodyOf, neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { nearestInSource } from "@/server/queries/neuronpedia/cossim.ts";

export const POST = neuronpediaRoute(async ({ viewer, request, takeTurn }) => {
  const body = await bodyOf(request, cossimBody);
  await takeTurn(); // it reads a whole decoder
  return nearestInSource(viewer, body);
});

export { preflight as OPTIONS };
