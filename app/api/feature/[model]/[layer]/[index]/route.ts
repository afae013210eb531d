import type { Params } from "@/server/http.ts";
import { neuronpediaRoute, preflight } from "@/server/neuronpedia/route.ts";
import { getNeuron } from "@/server/queries/neuronpedia/feature.ts";

type Named = Params<{ model: string; layer: string; index: string }>;

export const GET = neuronpediaRoute(async ({ viewer }, { params }: Named) => {
  const { model, layer, index } = await params;
  return getNeuron(viewer, { modelId: model, source: layer, index });
});

export { preflight as OPTIONS };
