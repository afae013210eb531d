import { useEffect, useState } from "react";
import { refusal } from "@/lib/refusal.ts";

/** a pointer that rests this long on a point, in ms, wants to read it */
const rest = 60;

/** what was read, by address, for addresses whose answer never changes */
const read = new Map<string, unknown>();
const kept = 2000;

/** What the API answers at an address: null while it is on its way, words when it cannot be read. */
export function useJson<T extends object>(address: string): T | string | null {
  const [found, setFound] = useState<{ address: string; answer: T | string } | null>(null);
  const known = read.get(address) as T | undefined;
  useEffect(() => {
    if (read.has(address)) return;
    const end = new AbortController();
    const timer = setTimeout(() => {
      void fetchJson<T>(address, end.signal)
        .catch((error: Error) => error.message)
        .then((answer) => !end.signal.aborted && setFound({ address, answer }));
    }, rest);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [address]);
  return known ?? (found?.address === address ? found.answer : null);
}

async function fetchJson<T>(address: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(await refusal(response));
  const answer: T = await response.json();
  const oldest = read.keys().next();
  if (read.size >= kept && !oldest.done) read.delete(oldest.value);
  read.set(address, answer);
  return answer;
}
