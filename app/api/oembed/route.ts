import { HttpError, jsonRoute, queryOf } from "@/server/http.ts";
import { describeEmbed, oembedQuery, oembedXml } from "@/server/oembed.ts";
import { originOf } from "@/server/origin.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => {
  const query = queryOf(request, oembedQuery);
  if (query.format !== "json" && query.format !== "xml")
    throw new HttpError(501, `format ${query.format} is not known here, only json and xml`);
  const found = await describeEmbed(await viewerOf(request), originOf(request.headers), query);
  if (!found) return null;
  if (query.format === "json") return found;
  return new Response(oembedXml(found), {
    headers: { "Content-Type": "text/xml; charset=utf-8" },
  });
});
