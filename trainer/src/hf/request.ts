import { setTimeout as sleep } from "node:timers/promises";
import { HubError } from "../bundle/errors.ts";
import type { Report } from "../bundle/progress.ts";
import { type Asked, refusal, unreachable } from "./refusal.ts";

export type Hub = Asked & {
  report: Report;
  signal: AbortSignal;
  /** says why the hub refused, where it is more than reading that was asked for */
  refuse?: typeof refusal;
};

type Request = {
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** 1: what must not happen twice is asked once */
  attempts?: number;
};

/** What a hub answers when the same request may do better later. */
export const BUSY = [408, 429, 500, 502, 503, 504];
export const ATTEMPTS = 5;
const MAX_REDIRECTS = 10;
/** A longer wait is left to whoever started the command: the hub counts over five minutes. */
const MAX_WAIT_S = 300;

/** The hub's answer; asks again while it is busy or the connection breaks, else throws why. */
export async function ask(url: string, hub: Hub, request: Request = {}): Promise<Response> {
  const { attempts = ATTEMPTS } = request;
  for (let attempt = 1; ; attempt++) {
    const pause = hub.settings.retry_ms * 2 ** (attempt - 1);
    const answer = await follow(url, hub, request).catch((cause: unknown) => {
      hub.signal.throwIfAborted();
      if (cause instanceof HubError) throw cause;
      if (attempt === attempts) throw unreachable(url, cause, hub);
      return null;
    });
    if (answer !== null && (answer.ok || isRedirect(answer))) return answer;
    const wait = Math.max(pause, answer === null ? 0 : askedPause(answer.headers));
    const mayRetry = answer === null || BUSY.includes(answer.status);
    if (answer !== null && (!mayRetry || attempt === attempts || wait > MAX_WAIT_S * 1000))
      throw await (hub.refuse ?? refusal)(answer, hub);
    await answer?.body?.cancel();
    await waitFor(wait, hub);
  }
}

/**
 * One request with its redirects. The token goes to the endpoint alone, never to where it sends us.
 * HEAD stops at the answer that describes the file: the one before the hub is left.
 */
async function follow(url: string, hub: Hub, { method = "GET", headers, body }: Request) {
  const home = new URL(hub.settings.endpoint).origin;
  let at = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const token = at.origin === home && hub.settings.token;
    const response = await fetch(at, {
      method,
      ...(body !== undefined && { body }),
      redirect: "manual",
      signal: hub.signal,
      headers: {
        // a Range counts the bytes of the file, not of a packed form of it
        "accept-encoding": "identity",
        ...(token && { authorization: `Bearer ${token.value}` }),
        ...headers,
      },
    });
    if (!isRedirect(response)) return response;
    const next = new URL(response.headers.get("location") ?? "", at);
    const isLast = response.headers.has("x-linked-etag") || next.origin !== at.origin;
    if (method === "HEAD" && isLast) return response;
    await response.body?.cancel();
    at = next;
  }
  throw new HubError(`${url}: redirected more than ${MAX_REDIRECTS} times`);
}

function isRedirect({ status, headers }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.has("location");
}

/** Milliseconds that the hub asks to wait: by Retry-After, or by RateLimit: "api";r=0;t=55 */
function askedPause(headers: Headers): number {
  const after = headers.get("retry-after") ?? "";
  const reset = /;\s*r=0\s*;\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  if (/^\d+$/.test(after)) return Number(after) * 1000;
  if (after !== "") return Math.max(0, Date.parse(after) - Date.now()) || 0;
  return Number(reset ?? 0) * 1000;
}

const TICK_MS = 500;

export async function waitFor(ms: number, { report, signal, settings }: Hub): Promise<void> {
  const stage = `wait for ${new URL(settings.endpoint).host}`;
  for (let done = 0; done < ms; done += TICK_MS) {
    report({ stage, done: done / 1000, total: ms / 1000, unit: "s" });
    await sleep(Math.min(TICK_MS, ms - done), undefined, { signal });
  }
}
