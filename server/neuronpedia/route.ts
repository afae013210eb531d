import "server-only";
import type { z } from "zod";
import type { Viewer } from "@/lib/views.ts";
import { foreignPages } from "../access.ts";
import { bearerOf } from "../accounts/tokens.ts";
import { errorBody, HttpError, headersOfError, jsonOf, personal } from "../http.ts";
import { takeTextTurn, textLimit } from "../inference/turn.ts";
import { viewerOf } from "../viewer.ts";

/*
 * Routes at Neuronpedia's own addresses, for programs that are written for it: what they answer, refuse and
 * say in headers has its shape (docs/api-compat.md). Pages of any site may ask, but none in its reader's name.
 */

export type Asked = {
  request: Request;
  viewer: Viewer;
  /** takes one of the texts that may be computed for this address */
  takeTurn(): Promise<void>;
};

/** A route whose handler's answer is sent as JSON, null as 404. */
export function neuronpediaRoute<Args extends unknown[]>(
  handler: (asked: Asked, ...args: Args) => Promise<object | null>,
): (request: Request, ...args: Args) => Promise<Response> {
  return async (request, ...args) => {
    const headers = new Headers({ ...personal, ...forAnyPage });
    const takeTurn = async () => {
      headers.set("x-limit-remaining", String(await takeTextTurn(request.headers)));
    };
    try {
      const viewer = await whoAsks(request.headers);
      const result = await handler({ request, viewer, takeTurn }, ...args);
      if (result === null) throw new HttpError(404, "Feature Not Found");
      return Response.json(result, { headers });
    } catch (error) {
      for (const [name, value] of Object.entries(headersOfError(error))) headers.set(name, value);
      const { status, message } = errorBody(error).error;
      if (status !== 429) return Response.json({ error: message, message }, { status, headers });
      headers.set("x-limit-remaining", "0");
      return Response.json(tooOften(new URL(request.url).pathname, message), { status, headers });
    }
  };
}

/** 4 texts of 20,000 characters take less */
const BODY_BYTES = 512 * 1024;

export function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  return jsonOf(request, schema, BODY_BYTES);
}

/** What a browser asks before it sends a page's request. */
export function preflight(): Response {
  return new Response(null, { status: 204, headers: forAnyPage });
}

const forAnyPage = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Allow-Headers": "Content-Type, x-api-key, Authorization",
  "Access-Control-Expose-Headers": "x-limit-remaining, Retry-After",
};

/** The key is a token of this hub. Without one another site's page asks as nobody, whoever sits before it. */
async function whoAsks(sent: Headers): Promise<Viewer> {
  const headers = new Headers(sent);
  const key = sent.get("x-api-key");
  if (key !== null && bearerOf(sent) === null) headers.set("authorization", `Bearer ${key}`);
  if (bearerOf(headers) === null && foreignPages(sent) !== null) return null;
  return viewerOf({ headers });
}

function tooOften(endpoint: string, error: string) {
  return {
    endpoint,
    limitPerWindow: textLimit.most,
    requestWindow: `${textLimit.seconds / 60} m`,
    remainingRequests: 0,
    error,
  };
}
