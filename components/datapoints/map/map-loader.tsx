"use client";

import { type ComponentType, useEffect, useState } from "react";
import { formatPercent } from "@/lib/format.ts";
import { pointsApiPath } from "@/lib/routes.ts";
import type { MapBoard } from "./map-board.tsx";
import { fetchPoints, type MapPoints } from "./points.ts";

export type Of = {
  model: string;
  dictionary: string;
  /** the revision that the page shows */
  revision: string;
  /** whether links pin it too */
  isPinned: boolean;
};

type Loaded = { Board: ComponentType<Parameters<typeof MapBoard>[0]>; points: MapPoints };

/** Brings the map's code and points once it is near the screen, and says how far that is. */
export function MapLoader(of: Of) {
  const { model, dictionary, revision } = of;
  const [place, setPlace] = useState<HTMLDivElement | null>(null);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [progress, setProgress] = useState(0);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    if (!place) return;
    const end = new AbortController();
    const load = async () => {
      const address = pointsApiPath(model, dictionary, { revision });
      const [{ MapBoard }, points] = await Promise.all([
        import("./map-board.tsx"),
        fetchPoints(address, setProgress, end.signal),
      ]);
      if (!end.signal.aborted) setLoaded({ Board: MapBoard, points });
    };
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        load().catch((reason: unknown) => {
          if (!end.signal.aborted) setError(reason instanceof Error ? reason.message : "");
        });
      },
      { rootMargin: "400px" },
    );
    observer.observe(place);
    return () => {
      observer.disconnect();
      end.abort();
    };
  }, [place, model, dictionary, revision]);

  if (loaded) return <loaded.Board {...of} points={loaded.points} />;
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
