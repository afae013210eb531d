import { datapointPath } from "@/lib/routes.ts";
import { MapBoard } from "../../map/map-board.tsx";
import type { Of } from "../../map/of.ts";
import { colorings } from "./colorings.ts";
import { DatapointCard } from "./datapoint-card.tsx";
import type { MapPoints } from "./points.ts";
import { Selection } from "./selection.tsx";

/** Datapoints in the plane. */
export function DatapointBoard({ points, of }: { points: MapPoints; of: Of }) {
  return (
    <MapBoard
      noun={{ one: "datapoint", many: "datapoints" }}
      x={points.umap_x}
      y={points.umap_y}
      colorings={colorings}
      columns={points}
      named={points.tokens}
      hrefOf={(row) => {
        const place = { context: points.context[row] ?? 0, position: points.position[row] ?? 0 };
        return datapointPath(of.model, of.dictionary, place, of.isPinned ? of : {});
      }}
      card={(row) => <DatapointCard of={of} points={points} row={row} />}
      selection={({ rows }, onClear) => (
        <Selection of={of} points={points} rows={rows} onClear={onClear} />
      )}
    />
  );
}
