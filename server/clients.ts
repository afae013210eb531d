import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import { env } from "./env.ts";

/*
 * Who is at the other end of a connection is known to Node's server alone: what comes to a route has
 * headers, which anybody may write. So before Next sees a request, two headers of our own are put into it.
 */

/** the sender's address, or the first half of it for IPv6, of which one machine has many */
export const addressHeader = "x-hub-address";
/** there when the request came through a proxy */
export const forwardedHeader = "x-hub-forwarded";

/** Marks each request of this process from now on. */
export function markRequests(): void {
  const answers = new AsyncLocalStorage<ServerResponse>();
  shared.hubAnswers = answers;
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as Started;
    Object.assign(request.headers, marksOf(request, env().TRUST_PROXY));
    answers.enterWith(response);
  });
}

type Started = { request: IncomingMessage; response: ServerResponse };
type Marks = { [addressHeader]: string; [forwardedHeader]: string | undefined };
type Asked = Pick<IncomingMessage, "headers" | "httpVersion"> & {
  socket: { remoteAddress?: string | undefined };
};

export function marksOf({ headers, httpVersion, socket }: Asked, proxies: number): Marks {
  const chain = String(headers["x-forwarded-for"] ?? "").split(",");
  const said = proxies > 0 ? chain.at(-proxies)?.trim() : "";
  // HTTP/1.0 is spoken by some proxies that say nothing else, and by no browser.
  const isForwarded = httpVersion === "1.0" || proxyHeaders.some((name) => name in headers);
  return {
    [addressHeader]: networkOf(said || socket.remoteAddress || "unknown"),
    [forwardedHeader]: isForwarded ? "1" : undefined,
  };
}

const proxyHeaders = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/** ::ffff:192.0.2.1 → 192.0.2.1, 2001:db8:1:2:3:4:5:6 → 2001:db8:1:2 */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain.slice(0, 45);
  const [before = "", after] = plain.split("::");
  const [left, right] = [before, after ?? ""].map((half) => half.split(":").filter(Boolean));
  const missing = 8 - (left?.length ?? 0) - (right?.length ?? 0);
  const groups = [...(left ?? []), ...Array(Math.max(0, missing)).fill("0"), ...(right ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** Next's pages answer 200 or 404; this is how one says another status. */
export function answerWith(status: number): void {
  const response = shared.hubAnswers?.getStore();
  if (response && !response.headersSent)
    Object.defineProperty(response, "statusCode", { get: () => status, set: () => {} });
}

/** What answers the request at hand; instrumentation and pages are bundles of their own. */
const shared = globalThis as typeof globalThis & {
  hubAnswers?: AsyncLocalStorage<ServerResponse>;
};
