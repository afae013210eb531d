import "server-only";
import { BundleError, UsageError } from "trainer/bundle";
import { z } from "zod";
import { isGone } from "./gone.ts";

/** A request that cannot be met, and the status that says so. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  /** to be answered with */
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = status === 401 ? { "WWW-Authenticate": "Bearer", ...headers } : headers;
  }
}

export type ErrorBody = { error: { status: number; message: string } };

/** What a caller is told. Anything that is not the caller's to mend is logged and not told. */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof HttpError) return bodyOf(error.status, error.message);
  if (error instanceof BundleError) return bodyOf(422, error.message);
  if (error instanceof UsageError) return bodyOf(400, error.message);
  if (error instanceof z.ZodError) return bodyOf(400, z.prettifyError(error));
  console.error(error);
  return bodyOf(500, "something went wrong in the hub; its log says what");
}

/** A route handler whose result is answered as JSON, null as 404, and whose errors as errorBody says. */
export function jsonRoute<Args extends unknown[]>(
  handler: (request: Request, ...args: Args) => Promise<object | null>,
): (request: Request, ...args: Args) => Promise<Response> {
  return async (request, ...args) => {
    try {
      const result = await handler(request, ...args);
      if (result instanceof Response) return result;
      if (result === null) throw await absent(new URL(request.url).pathname);
      return Response.json(result, { headers: personal });
    } catch (error) {
      const body = errorBody(error);
      const headers = { ...personal, ...headersOfError(error) };
      return Response.json(body, { status: body.error.status, headers });
    }
  };
}

/** An answer depends on who asks, so no cache keeps it for others. */
export const personal = { "Cache-Control": "private, no-cache", Vary: "Authorization, Cookie" };

/** What is said beside the body of a refusal. */
export function headersOfError(error: unknown): Record<string, string> {
  return error instanceof HttpError ? error.headers : {};
}

/** That there is nothing at an address of the API, or nothing any more. */
export async function absent(pathname: string): Promise<HttpError> {
  const [, model, dictionary] = /^\/api\/v1\/dictionaries\/([^/]+)\/([^/]+)/.exec(pathname) ?? [];
  if (model && dictionary && (await isGone(model, dictionary)))
    return new HttpError(410, `${model}/${dictionary} was removed from this hub`);
  return new HttpError(404, `nothing at ${pathname}`);
}

/** What a route file's handlers get beside the request. */
export type Params<Names> = { params: Promise<Names> };

/** The query of an address, as the schema says. */
export function queryOf<T>(request: Request, schema: z.ZodType<T>): T {
  return schema.parse(Object.fromEntries(new URL(request.url).searchParams));
}

/** The body of a request as the schema says; it may have so many bytes, and no NUL, which text columns refuse. */
export async function jsonOf<T>(request: Request, schema: z.ZodType<T>, limit: number): Promise<T> {
  const text = await textOf(request, limit);
  let json: unknown;
  try {
    json = JSON.parse(text, withoutNul);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, `the body is not JSON: ${(error as Error).message}`);
  }
  return schema.parse(json);
}

/** The body of a request, of at most so many bytes. */
export async function textOf(request: Request, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw new HttpError(413, `the body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function withoutNul(key: string, value: unknown): unknown {
  if (key.includes("\0") || (typeof value === "string" && value.includes("\0")))
    throw new HttpError(400, "the body holds a NUL character, which the hub cannot keep");
  return value;
}

function bodyOf(status: number, message: string): ErrorBody {
  return { error: { status, message } };
}
