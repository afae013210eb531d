import { cutExample, exampleText } from "@/lib/example-window.ts";
import { featureTextQuery } from "@/server/api/schemas.ts";
import { jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { getFeature } from "@/server/queries/features.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string; index: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary, index } = await params;
  const { interval, rank, window, revision } = queryOf(request, featureTextQuery);
  const feature = /^\d+$/.test(index)
    ? await getFeature(
        await viewerOf(request),
        model,
        dictionary,
        Number(index),
        revision,
        window === "whole",
      )
    : null;
  const examples = feature?.intervals.find((one) => one.interval === interval)?.examples ?? [];
  const chosen = rank === undefined ? examples : examples.slice(rank, rank + 1);
  if (chosen.length === 0) return null;
  const lines = chosen.map((example) => exampleText(cutExample(example, window)));
  return new Response(lines.join("\n"), {
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
});
