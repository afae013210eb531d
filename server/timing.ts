import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";

/*
 * Every answer says how long it took to begin, in its Server-Timing header: a page's head is sent when all
 * of it is drawn. The browser's tools show it, and bench/hub.ts reads it.
 */

type Times = Map<string, number>;

/** Next compiles this module more than once: what the copies share lies on globalThis. */
const shared = globalThis as typeof globalThis & { hubTimes?: AsyncLocalStorage<Times> };
shared.hubTimes ??= new AsyncLocalStorage();
const times = shared.hubTimes;

/** Times each request of this process from now on. */
export function timeRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { response } = message as { response: ServerResponse };
    const begun = performance.now();
    const parts: Times = new Map();
    times.enterWith(parts);
    const writeHead = response.writeHead;
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      parts.set("total", performance.now() - begun);
      if (!response.headersSent) response.setHeader("Server-Timing", headerOf(parts));
      return writeHead.apply(response, args);
    }) as typeof writeHead;
  });
}

/** Adds what the work takes to a part of its request's time. */
export async function timed<Result>(part: string, work: Promise<Result>): Promise<Result> {
  const begun = performance.now();
  const result = await work;
  const parts = times.getStore();
  parts?.set(part, (parts.get(part) ?? 0) + performance.now() - begun);
  return result;
}

function headerOf(parts: Times): string {
  return [...parts].map(([part, ms]) => `${part};dur=${ms.toFixed(1)}`).join(", ");
}
