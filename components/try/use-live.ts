import { useEffect, useRef, useState } from "react";
import { refusal } from "@/lib/refusal.ts";

/** Nothing asked; under way; what was answered; or, in words, why not. */
export type Live<T> =
  | { state: "ready" }
  | { state: "asking" }
  | { state: "done"; value: T }
  | { state: "refused"; why: string };

/** Asks the hub to compute something; what is asked later counts, and who leaves the page asks no more. */
export function useLive<T>(first: Live<T> = { state: "ready" }) {
  const [live, setLive] = useState(first);
  const last = useRef<AbortController | null>(null);
  useEffect(() => () => last.current?.abort(), []);

  async function ask(address: string, body?: object): Promise<void> {
    last.current?.abort();
    const asking = new AbortController();
    last.current = asking;
    setLive({ state: "asking" });
    const answer = await fetchLive<T>(address, body, asking.signal).catch(
      (error: Error): Live<T> => ({ state: "refused", why: error.message }),
    );
    if (!asking.signal.aborted) setLive(answer);
  }
  return [live, ask] as const;
}

async function fetchLive<T>(
  address: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<Live<T>> {
  const sent = body && { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(address, { signal, ...sent });
  if (!response.ok) return { state: "refused", why: await refusal(response) };
  return { state: "done", value: await response.json() };
}
