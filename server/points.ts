import "server-only";
import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { sha256Hex } from "trainer/bundle";
import { absent } from "./http.ts";
import { headersOf, type NodeRequest, nodeRoute, parameter } from "./node-route.ts";
import { mapPoints } from "./queries/map.ts";
import { viewerOf } from "./viewer.ts";

/**
 * What the map draws, compressed for who takes that, not sent again to who has it, and kept for good by
 * who asks for one revision. A route of Node's own: the App Router drops Content-Encoding.
 */
export const downloadPoints = nodeRoute({
  GET: async (request: NodeRequest, response: ServerResponse) => {
    const pinned = parameter(request, "revision");
    const points = await mapPoints(
      await viewerOf({ headers: headersOf(request) }),
      parameter(request, "model"),
      parameter(request, "dictionary"),
      pinned === "" ? null : sha256Hex.parse(pinned),
    );
    if (!points) throw await absent(new URL(request.url ?? "", "http://hub").pathname);
    const etag = `W/"${points.tag}"`;
    response.setHeader("ETag", etag);
    response.setHeader("Vary", "Accept-Encoding");
    response.setHeader(
      "Cache-Control",
      pinned === "" || !points.isPublic
        ? "private, no-cache"
        : "public, max-age=31536000, immutable",
    );
    if (request.headers["if-none-match"]?.includes(etag)) {
      response.writeHead(304).end();
      return;
    }
    const isPacked = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    const whole = await points.bytes();
    const bytes = isPacked ? await promisify(gzip)(whole, { level: 4 }) : whole;
    response.writeHead(200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": bytes.length,
      ...(isPacked && { "Content-Encoding": "gzip" }),
    });
    response.end(bytes);
  },
});
