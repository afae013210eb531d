import "server-only";
import { createHash } from "node:crypto";
import { atomOf, type Feed, updatedAt } from "@/lib/atom.ts";
import { originOf } from "./origin.ts";

/** A feed as an answer; 304 to who has it already. */
export function feedAnswer(request: Request, feed: Feed): Response {
  const body = atomOf(feed, originOf(request.headers));
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
  const modified = new Date(updatedAt(feed));
  const headers = {
    "Content-Type": "application/atom+xml; charset=utf-8",
    ETag: etag,
    "Last-Modified": modified.toUTCString(),
    "Cache-Control": "private, no-cache",
  };
  const known = request.headers.get("if-none-match");
  const isKnown = known?.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
}
