import { useEffect, useState } from "react";
import { snippetApiPath } from "@/lib/routes.ts";
import type { SnippetView } from "@/lib/views.ts";
import type { Of } from "./map-loader.tsx";

type Snippet = SnippetView["snippet"];

/** a pointer that rests this long on a point, in ms, wants to read it */
const rest = 60;

/** what was read, by address: a revision's text never changes */
const read = new Map<string, Snippet>();
const kept = 2000;

/** The text around a datapoint: null while it is on its way, words when it cannot be read. */
export function useSnippet(
  { model, dictionary, revision }: Of,
  { context, position }: { context: number; position: number },
): Snippet | string | null {
  const address = snippetApiPath(model, dictionary, { context, position }, { revision });
  const [found, setFound] = useState<{ address: string; text: Snippet | string } | null>(null);
  const known = read.get(address);
  useEffect(() => {
    if (read.has(address)) return;
    const end = new AbortController();
    const timer = setTimeout(() => {
      void fetchSnippet(address, end.signal)
        .catch((error: Error) => error.message)
        .then((text) => !end.signal.aborted && setFound({ address, text }));
    }, rest);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [address]);
  return known ?? (found?.address === address ? found.text : null);
}

async function fetchSnippet(address: string, signal: AbortSignal): Promise<Snippet> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`no text: the hub answered ${response.status}`);
  const { snippet }: SnippetView = await response.json();
  const oldest = read.keys().next();
  if (read.size >= kept && !oldest.done) read.delete(oldest.value);
  read.set(address, snippet);
  return snippet;
}
