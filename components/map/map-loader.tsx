"use client";

import { type ReactNode, useEffect, useState } from "react";
import { formatPercent } from "@/lib/format.ts";
import type { Progress } from "./fetch-columns.ts";

type Props = {
  /** brings the map's code and points; another function, another map */
  load: (onProgress: Progress, signal: AbortSignal) => Promise<ReactNode>;
};

/** Brings a map once it is on the screen, and says how far that is. */
export function MapLoader({ load }: Props) {
  const [place, setPlace] = useState<HTMLDivElement | null>(null);
  const [map, setMap] = useState<ReactNode>(null);
  const [progress, setProgress] = useState(0);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    if (!place) return;
    const end = new AbortController();
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      load(setProgress, end.signal)
        .then((loaded) => !end.signal.aborted && setMap(loaded))
        .catch((reason: unknown) => {
          if (!end.signal.aborted) setError(reason instanceof Error ? reason.message : "");
        });
    });
    observer.observe(place);
    return () => {
      observer.disconnect();
      end.abort();
    };
  }, [place, load]);

  if (map) return map;
  return (
    <div
      ref={setPlace}
      className="panel flex h-[min(clamp(20rem,68vh,46rem),110vw)] items-center justify-center p-6 noscript:hidden"
    >
      {error === null ? (
        <div className="w-64 text-center text-ink-2" role="status">
          <p className="mb-2">Reading the map, {formatPercent(progress)}</p>
          <progress className="progress w-full" value={progress} max={1} />
        </div>
      ) : (
        <p role="alert" className="text-danger">
          The map could not be read: {error}. Load the page again to try once more.
        </p>
      )}
    </div>
  );
}
