"use client";

import { useEffect, useState } from "react";
import { suggestionsApiPath } from "@/lib/routes.ts";
import type { Suggestion } from "@/lib/views.ts";

const pause = 120; // ms without a key before the hub is asked
const none: Suggestion[] = [];

/** What the hub suggests for the text; what is no longer wanted is not waited for. */
export function useSuggestions(text: string): Suggestion[] {
  const [found, setFound] = useState<{ text: string; suggestions: Suggestion[] } | null>(null);
  useEffect(() => {
    if (text === "") return;
    const end = new AbortController();
    const timer = setTimeout(async () => {
      const suggestions = await ask(text, end.signal);
      if (suggestions && !end.signal.aborted) setFound({ text, suggestions });
    }, pause);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [text]);
  // until the answer comes, the last one stays, so that the list does not flicker
  return text === "" ? none : (found?.suggestions ?? none);
}

/** Null when the hub does not answer, or is no longer asked. */
async function ask(text: string, signal: AbortSignal): Promise<Suggestion[] | null> {
  try {
    const response = await fetch(suggestionsApiPath(text), { signal });
    return response.ok ? (await response.json()).suggestions : null;
  } catch {
    return null;
  }
}
