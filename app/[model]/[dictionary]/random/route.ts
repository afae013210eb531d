import { notFound } from "next/navigation";
import { featurePath, featuresPath } from "@/lib/routes.ts";
import type { Params } from "@/server/http.ts";
import { getSummary } from "@/server/queries/dictionaries.ts";
import { randomFeature } from "@/server/queries/feature-table.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string }>;

/** Leads to a feature that fires, another each time; where none does, to the table, which says so. */
export async function GET(request: Request, { params }: Named): Promise<Response> {
  const { model, dictionary } = await params;
  const revision = new URL(request.url).searchParams.get("revision");
  const viewer = await viewerOf(request);
  if (!(await getSummary(viewer, model, dictionary, revision))) notFound();
  const index = await randomFeature(viewer, model, dictionary, revision);
  const address =
    index === null
      ? featuresPath(model, dictionary, { state: "alive", revision })
      : featurePath(model, dictionary, index, { revision });
  // a relative address, which is right behind any proxy
  return new Response(null, {
    status: 307,
    headers: { Location: address, "Cache-Control": "no-store" },
  });
}
