import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { errorBody, HttpError, headersOfError } from "./http.ts";

/*
 * Routes that need Node's own request and response, as the Pages Router gives them: an upload is read
 * as a stream that shows when its sender has gone, and a download keeps its Content-Length.
 */

export type NodeRequest = IncomingMessage & { query: Partial<Record<string, string | string[]>> };
type Handler = (request: NodeRequest, response: ServerResponse) => Promise<void>;
type Method = "GET" | "HEAD" | "POST";

/** A route with a handler per method; `methods` tells them to whoever describes the API. */
export function nodeRoute(
  handlers: Partial<Record<Method, Handler>>,
): Handler & { methods: string[] } {
  const methods = Object.keys(handlers);
  const route: Handler = async (request, response) => {
    try {
      const handler = handlers[request.method as Method];
      if (!handler) {
        response.setHeader("Allow", methods.join(", "));
        throw new HttpError(405, `${request.method} is not possible here`);
      }
      await handler(request, response);
    } catch (error) {
      sendError(request, response, error);
    }
  };
  return Object.assign(route, { methods });
}

/** The headers as the App Router has them. */
export function headersOf(request: Pick<IncomingMessage, "headers">): Headers {
  const entries = Object.entries(request.headers);
  return new Headers(
    entries.flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  );
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

/** A part of the route's path or of its query; empty when it is not there. */
export function parameter(request: NodeRequest, name: string): string {
  return [request.query[name] ?? ""].flat()[0] ?? "";
}

const LINGER_MS = 5000;

function sendError(request: NodeRequest, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    // Breaking off is the one way left to say that the bytes are not all.
    if (!hasLeft(error)) console.error(error);
    response.destroy();
    return;
  }
  const body = errorBody(error);
  response.setHeader("Cache-Control", "no-store");
  for (const [name, value] of Object.entries(headersOfError(error)))
    response.setHeader(name, value);
  if (!request.complete) {
    // What is still coming is thrown away for a moment: a connection that is closed with unread bytes loses the answer.
    response.setHeader("Connection", "close");
    const socket: Socket | null = request.socket; // none when the sender has gone
    request.resume();
    setTimeout(() => socket?.destroy(), LINGER_MS).unref();
  }
  sendJson(response, body.error.status, body);
}

function hasLeft(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
}
