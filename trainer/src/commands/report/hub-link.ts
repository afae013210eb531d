import { z } from "zod";
import { HubError } from "../../bundle/index.ts";
import { failureOf } from "../../hf/refusal.ts";
import { bearer } from "../hub.ts";

/** A hub that answers nothing in this time is not waited for. */
const PATIENCE_MS = 15_000;

/** The hub can not be reached, or not just now: what was to be told is told later. */
export class HubAway extends Error {
  override name = "HubAway";
}

/** The hub will not have it, whenever it is told. */
export class HubRefusal extends Error {
  override name = "HubRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Sends JSON to a hub and gives its answer. */
export async function tell<T>(
  url: URL,
  token: string | null,
  body: object,
  schema: z.ZodType<T>,
): Promise<T> {
  const headers = { "content-type": "application/json", ...bearer(token) };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { ...init, signal });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    throw new HubAway(signal.aborted ? "no answer in time" : failureOf(cause));
  }
  const parsed = schema.safeParse(parseJson(text));
  if (status < 300 && parsed.success) return parsed.data;
  if (status < 300) throw new HubRefusal(status, "it answered what a hub does not");
  const said = failure.safeParse(parseJson(text)).data?.error.message ?? `it answered ${status}`;
  throw status >= 500 || status === 429 ? new HubAway(said) : new HubRefusal(status, said);
}

/** What a hub that was asked by hand did not do, for whoever asked. */
export function toHubError(hub: URL, error: unknown): unknown {
  if (!(error instanceof HubAway || error instanceof HubRefusal)) return error;
  return new HubError(`${hub.origin}: ${error.message}`, { cause: error });
}

const failure = z.object({ error: z.object({ message: z.string() }) });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
