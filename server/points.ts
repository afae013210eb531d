import "server-only";
import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { sha256Hex } from "trainer/bundle";
import type { Viewer } from "@/lib/views.ts";
import { absent } from "./http.ts";
import { headersOf, type NodeRequest, nodeRoute, parameter } from "./node-route.ts";
import { featurePoints, type MapColumns } from "./queries/feature-map.ts";
import { mapPoints } from "./queries/map.ts";
import { viewerOf } from "./viewer.ts";

type Query = (
  viewer: Viewer,
  model: string,
  slug: string,
  revision: string | null,
) => Promise<MapColumns | null>;

export const downloadPoints = columnsRoute(mapPoints);
export const downloadFeaturePoints = columnsRoute(featurePoints);

/**
 * Columns compressed for who takes that, not sent again to who has them, and kept for good by who asks
 * for one revision. A route of Node's own: the App Router drops Content-Encoding.
 */
function columnsRoute(query: Query) {
  return nodeRoute({
    GET: async (request: NodeRequest, response: ServerResponse) => {
      const pinned = parameter(request, "revision");
      const columns = await query(
        await viewerOf({ headers: headersOf(request) }),
        parameter(request, "model"),
        parameter(request, "dictionary"),
        pinned === "" ? null : sha256Hex.parse(pinned),
      );
      if (!columns) throw await absent(new URL(request.url ?? "", "http://hub").pathname);
      const etag = `W/"${columns.tag}"`;
      response.setHeader("ETag", etag);
      response.setHeader("Vary", "Accept-Encoding");
      response.setHeader(
        "Cache-Control",
        pinned === "" || !columns.isPublic
          ? "private, no-cache"
          : "public, max-age=31536000, immutable",
      );
      if (request.headers["if-none-match"]?.includes(etag)) {
        response.writeHead(304).end();
        return;
      }
      const isPacked = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
      const whole = await columns.bytes();
      const bytes = isPacked ? await promisify(gzip)(whole, { level: 4 }) : whole;
      response.writeHead(200, {
        "Content-Type": "application/octet-stream",
        "Content-Length": bytes.length,
        ...(isPacked && { "Content-Encoding": "gzip" }),
      });
      response.end(bytes);
    },
  });
}
