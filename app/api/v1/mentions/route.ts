import { mentionsText, TEXT_BYTES } from "@/server/api/discussion-schemas.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { hostOf } from "@/server/origin.ts";
import { linksIn } from "@/server/queries/feature-links.ts";
import { viewerOf } from "@/server/viewer.ts";

export const POST = jsonRoute(async (request) => {
  const { text } = await jsonOf(request, mentionsText, TEXT_BYTES);
  return { links: await linksIn(await viewerOf(request), text, hostOf(request)) };
});
