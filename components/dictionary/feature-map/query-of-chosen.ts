import type { FeatureFigure } from "@/lib/views.ts";
import type { Chosen } from "../../map/map-board.tsx";

/** The filters of the feature table that let through what was chosen on the map. */
export function queryOfChosen(
  { by }: Chosen<FeatureFigure>,
  withDead: boolean,
): Record<string, string | number> {
  const state: Record<string, string> = withDead ? {} : { state: "alive" };
  if ("outline" in by) return { within: by.outline, ...state };
  if ("category" in by) throw new Error("features are coloured by no category");
  const bounds = { [`${by.name}_min`]: by.from, [`${by.name}_max`]: by.to };
  const finite = Object.entries(bounds).filter(([, value]) => Number.isFinite(value));
  return { ...Object.fromEntries(finite), ...state };
}
