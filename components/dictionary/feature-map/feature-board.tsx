import { useMemo, useState } from "react";
import { formatCount } from "@/lib/format.ts";
import { featurePath } from "@/lib/routes.ts";
import type { FeaturePoints } from "@/lib/views.ts";
import { MapBoard } from "../../map/map-board.tsx";
import type { Of } from "../../map/of.ts";
import { Command } from "../../run/command.tsx";
import type { FigureColumn } from "../feature-figures.ts";
import { FeaturePreviewCard } from "./feature-preview-card.tsx";
import { FeatureSelection } from "./feature-selection.tsx";
import { aliveOf, coloringsOf, isLaidOut } from "./points.ts";

type Props = { points: FeaturePoints; of: Of; figures: FigureColumn[] };

/** Features in the plane; the dead ones are shown when asked for, in grey. */
export function FeatureBoard({ points: all, of, figures }: Props) {
  const [withDead, setWithDead] = useState(false);
  const alive = useMemo(() => aliveOf(all), [all]);
  const colorings = useMemo(() => coloringsOf(figures), [figures]);
  const isAlive = useMemo(() => Uint8Array.from(all.density, (density) => +(density > 0)), [all]);
  const dead = all.index.length - alive.index.length;
  const points = withDead ? all : alive;
  if (!isLaidOut(all))
    return (
      <p className="panel px-6 py-10 text-center text-ink-2">
        These features are not laid out. <Command>npx trainer dashboard RUN_DIR</Command> lays out
        more than three of them; the bundle is then uploaded again.
      </p>
    );
  return (
    <MapBoard
      key={String(withDead)} // another set of points: what was selected is not of it
      noun={{ one: "feature", many: "features" }}
      x={points.umap_x}
      y={points.umap_y}
      colorings={colorings}
      columns={points}
      {...(withDead && { isColored: isAlive })}
      hrefOf={(row) =>
        featurePath(of.model, of.dictionary, points.index[row] ?? 0, of.isPinned ? of : {})
      }
      card={(row) => <FeaturePreviewCard of={of} index={points.index[row] ?? 0} />}
      selection={(chosen, onClear) => (
        <FeatureSelection
          of={of}
          chosen={chosen}
          total={points.index.length}
          withDead={withDead}
          figures={figures}
          onClear={onClear}
        />
      )}
      controls={
        dead > 0 && (
          <label className="flex items-center gap-2 py-1.5 text-xs">
            <input
              type="checkbox"
              checked={withDead}
              onChange={(event) => setWithDead(event.target.checked)}
            />
            show {formatCount(dead)} dead in grey
          </label>
        )
      }
    />
  );
}
