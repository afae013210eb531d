"use client";

import { useCallback } from "react";
import { featurePointsApiPath } from "@/lib/routes.ts";
import type { FeaturePoints } from "@/lib/views.ts";
import { fetchColumns, type Progress } from "../../map/fetch-columns.ts";
import { MapLoader } from "../../map/map-loader.tsx";
import type { Of } from "../../map/of.ts";
import type { FigureColumn } from "../feature-figures.ts";

type Props = { of: Of; figures: FigureColumn[] };

/** Brings the map of features once it is near the screen. */
export function FeatureMapLoader({ of, figures }: Props) {
  const { model, dictionary, revision, isPinned } = of;
  const load = useCallback(
    async (onProgress: Progress, signal: AbortSignal) => {
      const address = featurePointsApiPath(model, dictionary, { revision });
      const [{ FeatureBoard }, { columns }] = await Promise.all([
        import("./feature-board.tsx"),
        fetchColumns(address, onProgress, signal),
      ]);
      const of = { model, dictionary, revision, isPinned };
      return <FeatureBoard points={columns as FeaturePoints} of={of} figures={figures} />;
    },
    [model, dictionary, revision, isPinned, figures],
  );
  return <MapLoader load={load} />;
}
