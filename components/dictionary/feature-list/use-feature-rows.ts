import { useCallback, useEffect, useRef, useState } from "react";
import { refusal } from "@/lib/refusal.ts";
import type { FeatureTable } from "@/lib/views.ts";
import { chunk, KnownRows } from "./known-rows.ts";

/** a list that has not gone on for so long, in ms, is read where it stands */
const rest = 50;

type Given = {
  /** the rows that came with the page, and the place of the first of them */
  first: { from: number; table: FeatureTable };
  /** where a page of them is read */
  addressOf: (page: number, per_page: number) => string;
};

/**
 * Rows of the feature table, read as they come in sight: `see` says which those are. What has been passed
 * before it arrived is not waited for.
 */
export function useFeatureRows({ first, addressOf }: Given) {
  const known = useRef<KnownRows>(null);
  if (!known.current) {
    known.current = new KnownRows();
    known.current.add(first.from, first.table.rows);
  }
  const rows = known.current;
  const { total } = first.table;
  const [, setReadings] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const underWay = useRef(new Map<number, AbortController>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      for (const end of underWay.current.values()) end.abort();
      underWay.current.clear();
    },
    [],
  );

  const read = useCallback(
    async (at: number) => {
      const end = new AbortController();
      underWay.current.set(at, end);
      try {
        const response = await fetch(addressOf(at + 1, chunk), { signal: end.signal });
        if (!response.ok) throw new Error(await refusal(response));
        const table: FeatureTable = await response.json();
        rows.add(at * chunk, table.rows);
        setError(null);
      } catch (reason) {
        if (!end.signal.aborted) setError((reason as Error).message);
      } finally {
        if (underWay.current.get(at) === end) underWay.current.delete(at);
        if (!end.signal.aborted) setReadings((n) => n + 1);
      }
    },
    [addressOf, rows],
  );

  const see = useCallback(
    (from: number, to: number) => {
      clearTimeout(timer.current);
      const wanted = rows.missing(from - chunk / 2, to + chunk / 2, total);
      for (const [at, end] of underWay.current)
        if (!wanted.includes(at)) {
          end.abort();
          underWay.current.delete(at);
        }
      if (wanted.length === 0) return;
      timer.current = setTimeout(() => {
        for (const at of wanted) if (!underWay.current.has(at)) void read(at);
      }, rest);
    },
    [rows, total, read],
  );
  return { rowAt: (place: number) => rows.get(place), see, error };
}
