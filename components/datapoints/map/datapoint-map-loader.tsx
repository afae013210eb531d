"use client";

import { useCallback } from "react";
import { pointsApiPath } from "@/lib/routes.ts";
import type { Progress } from "../../map/fetch-columns.ts";
import { MapLoader } from "../../map/map-loader.tsx";
import type { Of } from "../../map/of.ts";
import { fetchPoints } from "./points.ts";

/** Brings the map of datapoints once it is near the screen. */
export function DatapointMapLoader({ model, dictionary, revision, isPinned }: Of) {
  const load = useCallback(
    async (onProgress: Progress, signal: AbortSignal) => {
      const [{ DatapointBoard }, points] = await Promise.all([
        import("./datapoint-board.tsx"),
        fetchPoints(pointsApiPath(model, dictionary, { revision }), onProgress, signal),
      ]);
      return <DatapointBoard points={points} of={{ model, dictionary, revision, isPinned }} />;
    },
    [model, dictionary, revision, isPinned],
  );
  return <MapLoader load={load} />;
}
