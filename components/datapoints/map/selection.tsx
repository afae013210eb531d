import { useEffect, useState } from "react";
import { formatCount } from "@/lib/format.ts";
import { refusal } from "@/lib/refusal.ts";
import { selectionApiPath } from "@/lib/routes.ts";
import type { SelectionView } from "@/lib/views.ts";
import type { Of } from "../../map/of.ts";
import type { MapPoints } from "./points.ts";
import { SelectedDatapoints, SelectedFeatures, SelectionFigures } from "./selection-tables.tsx";

type Props = { of: Of; points: MapPoints; rows: number[]; onClear: () => void };

/** What sets the selected datapoints apart from all of them, as the hub computes it. */
export function Selection({ of, points, rows, onClear }: Props) {
  const { model, dictionary, revision } = of;
  const [found, setFound] = useState<{ rows: number[]; view: SelectionView | string } | null>(null);
  useEffect(() => {
    if (rows.length === 0) return;
    const end = new AbortController();
    const datapoints = rows.map((row) => points.index[row] as number);
    void compare(selectionApiPath(model, dictionary, { revision }), datapoints, end.signal)
      .catch((error: Error) => error.message)
      .then((view) => !end.signal.aborted && setFound({ rows, view }));
    return () => end.abort();
  }, [rows, points, model, dictionary, revision]);
  const view = found?.rows === rows ? found.view : null;
  return (
    <section aria-label="Selection" aria-live="polite" className="mt-6">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="font-serif text-lg">
          {formatCount(rows.length)} of {formatCount(points.index.length)} datapoints selected
        </h3>
        <button type="button" onClick={onClear} className="button">
          Clear
        </button>
      </div>
      {rows.length === 0 ? (
        <p className="text-ink-2">
          There is no datapoint within. Draw around some, or widen the range.
        </p>
      ) : view === null ? (
        <p className="text-ink-2">Comparing them with all…</p>
      ) : typeof view === "string" ? (
        <p role="alert" className="text-danger">
          {view}
        </p>
      ) : (
        <>
          <SelectionFigures view={view} />
          <div className="mt-5 grid items-start gap-6 xl:grid-cols-2">
            <SelectedFeatures view={view} of={of} />
            <SelectedDatapoints view={view} of={of} />
          </div>
        </>
      )}
    </section>
  );
}

async function compare(
  address: string,
  datapoints: number[],
  signal: AbortSignal,
): Promise<SelectionView> {
  const body = JSON.stringify({ datapoints });
  const response = await fetch(address, { method: "POST", body, signal });
  if (!response.ok) throw new Error(await refusal(response));
  return response.json();
}
