import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { HubError, UsageError } from "../bundle/index.ts";
import { failureOf } from "../hf/refusal.ts";
import { ownHubToken } from "../hf/settings.ts";

/** The address of a hub or of a page on it, as it was given. */
export function parseUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new UsageError(`${given}: not an address (expected http://… or https://…)`);
  return url;
}

/** The token for a hub as it was given, itself or @FILE that holds it; else that of HUB_TOKEN. */
export function readToken(given: string | null): string | null {
  return givenToken(given) ?? ownHubToken();
}

/** The same without HUB_TOKEN: an address that is only read may be anybody's hub. */
export function givenToken(given: string | null): string | null {
  if (!given?.startsWith("@")) return given;
  try {
    return readFileSync(given.slice(1), "utf8").trim();
  } catch (cause) {
    throw new UsageError(`--token ${given}: cannot be read there`, { cause });
  }
}

export function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** A response with a good status; anything else is a HubError. */
export async function get(
  url: URL,
  { headers = {}, signal }: { headers?: Record<string, string>; signal: AbortSignal },
): Promise<Response> {
  // identity: a Range counts the bytes of the file, not of a packed form of it
  const init = { headers: { "accept-encoding": "identity", ...headers }, signal };
  const response = await fetch(url, init).catch((cause) => {
    throw unreachable(url, cause, signal);
  });
  if (!response.ok) throw refusal(url, response.status, await response.text());
  return response;
}

export async function getJson<T>(
  url: URL,
  schema: z.ZodType<T>,
  { token, signal }: { token: string | null; signal: AbortSignal },
): Promise<T> {
  const response = await get(url, { headers: bearer(token), signal });
  return parseAnswer(url, schema, await response.text());
}

type Sent = { bytes: number; sha256: string; token: string | null; signal: AbortSignal };

/** Streams `body`, of `bytes` bytes, to the hub; the answer is read even when it comes early. */
export async function post<T>(
  url: URL,
  body: AsyncIterable<Uint8Array>,
  { bytes, sha256, token, signal }: Sent,
  schema: z.ZodType<T>,
): Promise<T> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const headers = {
    "content-type": "application/x-tar",
    "content-length": bytes,
    "x-content-sha256": sha256,
    ...bearer(token),
  };
  const request = send(url, { method: "POST", headers, signal });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  const sent = pipeline(body, request, { signal });
  try {
    const response = await Promise.race([answer, sent.then(() => answer)]);
    const { statusCode = 0 } = response;
    const content = await text(response);
    if (statusCode < 200 || statusCode > 299) throw refusal(url, statusCode, content);
    return parseAnswer(url, schema, content);
  } catch (cause) {
    throw cause instanceof HubError ? cause : unreachable(url, cause, signal);
  } finally {
    // one of the two may still fail when the other has told the story
    for (const promise of [answer, sent]) promise.catch(() => {});
    request.destroy();
  }
}

function unreachable(url: URL, cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return new HubError(`${url.origin}: ${failureOf(cause)}; is the hub running?`, { cause });
}

const errorBody = z.object({ error: z.object({ message: z.string() }) });

function refusal(url: URL, status: number, body: string): HubError {
  const { success, data } = errorBody.safeParse(parseJson(body));
  const said = success ? data.error.message : status === 404 ? "not found" : "no reason given";
  return new HubError(`${url.origin}${url.pathname}: ${said} (${status})`);
}

function parseAnswer<T>(url: URL, schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new HubError(`${url}: answered what a hub does not; is this its address?`);
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
