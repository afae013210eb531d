"use client";

import { useRouter } from "next/navigation";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { formatCount } from "@/lib/format.ts";
import { featurePath, featuresApiPath, featuresPath } from "@/lib/routes.ts";
import type { FeatureTable } from "@/lib/views.ts";
import { FeatureCells } from "../feature-cells.tsx";
import type { FigureColumn } from "../feature-figures.ts";
import { placeAfterKey } from "./known-rows.ts";
import { drawnRows, offsetFor } from "./sight.ts";
import { useFeatureRows } from "./use-feature-rows.ts";
import { useSight } from "./use-sight.ts";

type Props = {
  model: string;
  dictionary: string;
  /** the revision that the page shows, and the one that its address pins */
  shown: string;
  pinned: { revision?: string };
  /** sort and filters, as the address has them */
  query: Record<string, string>;
  page: number;
  per_page: number;
  /** the rows of that page */
  table: FeatureTable;
  figures: FigureColumn[];
  /** widths of the columns */
  columns: ReactNode;
  head: ReactNode;
};

/** heights in pixels: every row's, and the header's */
const rowHeight = 36;
const headHeight = 38;

/** where lists were left, by address, for whoever comes back */
const left = new Map<string, { offset: number; active: number }>();

/**
 * All features in one list. Without JavaScript it is the page that the address asks for; with it, the
 * rows before and after are there too: as many of them as are in sight are drawn, and read as one comes
 * near them.
 */
export function FeatureList(props: Props) {
  const { model, dictionary, shown, pinned, query, page, per_page, table, figures } = props;
  const { total } = table;
  const router = useRouter();
  const scroller = useRef<HTMLElement>(null);
  const first = (page - 1) * per_page;
  const [isLive, setLive] = useState(false);
  const [active, setActive] = useState(first);
  const focusNext = useRef(false);
  const addressOf = useCallback(
    (page: number, per_page: number) =>
      featuresApiPath(model, dictionary, { ...query, page, per_page, revision: shown }),
    [model, dictionary, query, shown],
  );
  const { rowAt, see, error } = useFeatureRows({ first: { from: first, table }, addressOf });
  const pagePath = (page: number) =>
    featuresPath(model, dictionary, { ...query, page: page > 1 ? page : null, ...pinned });

  const box = { total, rowHeight, headHeight };
  const sight = useSight(scroller, isLive, box, () => startOffset(per_page, first));
  const { first: from, last: to } = sight ?? { first, last: first };

  useLayoutEffect(() => {
    const place = left.get(location.pathname + location.search);
    if (place) setActive(place.active);
    setLive(true);
  }, []);
  useEffect(() => {
    if (sight) see(sight.first, sight.last);
  }, [sight, see]);
  useEffect(() => {
    if (!sight) return;
    // the address says where the list stands, so that it can be shared and come back to
    const timer = setTimeout(() => {
      const at = Math.floor(sight.first / per_page) + 1;
      const address = pagePath(at);
      left.set(address, { offset: scroller.current?.scrollTop ?? 0, active });
      if (address !== location.pathname + location.search) history.replaceState(null, "", address);
    }, 150);
    return () => clearTimeout(timer);
  });
  useLayoutEffect(() => {
    if (!focusNext.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${active + 2}"]`);
    if (!row) return;
    focusNext.current = false;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest", behavior: "instant" }); // the list may end below the screen
  });

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const row = rowAt(active);
    if (event.key === "Enter" && row)
      router.push(featurePath(model, dictionary, row.index, pinned));
    const place = placeAfterKey(event.key, active, { total, page: Math.max(1, to - from - 1) });
    if (place === null || !scroller.current) return;
    event.preventDefault();
    event.stopPropagation();
    focusNext.current = true;
    setActive(place);
    const { scrollTop, clientHeight } = scroller.current;
    scroller.current.scrollTop = offsetFor(box, place, scrollTop, clientHeight);
  }

  const drawn = sight ? drawnRows(sight, total, active) : table.rows.map((_, i) => first + i);
  const columns = figures.length + 4; // index, top token, label, and what it promotes
  const rows: ReactNode[] = [];
  let end = isLive ? 0 : first;
  for (const place of drawn) {
    if (place > end)
      rows.push(<Gap key={`before ${place}`} rows={place - end} columns={columns} />);
    const row = rowAt(place);
    rows.push(
      <tr
        key={place}
        aria-rowindex={place + 2}
        tabIndex={isLive ? (place === active ? 0 : -1) : undefined}
        onFocus={() => setActive(place)}
        style={{ height: rowHeight }}
        className="scroll-mt-[38px] focus-visible:-outline-offset-2"
      >
        {row ? (
          <FeatureCells
            row={row}
            figures={figures}
            href={featurePath(model, dictionary, row.index, pinned)}
            {...(isLive && { tabIndex: -1 })}
          />
        ) : (
          <Waiting columns={columns} />
        )}
      </tr>,
    );
    end = place + 1;
  }
  if (isLive && end < total) rows.push(<Gap key="after" rows={total - end} columns={columns} />);
  return (
    <>
      <section
        ref={scroller}
        aria-label="Features"
        tabIndex={isLive ? -1 : 0}
        style={{ "--all": `${headHeight + total * rowHeight + 2}px` } as CSSProperties}
        className="panel relative h-[min(78svh,60rem,var(--all))] min-h-44 overflow-auto overscroll-contain [scrollbar-gutter:stable] noscript:h-auto"
      >
        <table
          role={isLive ? "grid" : undefined}
          aria-label="Features"
          aria-rowcount={total + 1}
          onKeyDown={onKeyDown}
          className="ruled feature-rows"
        >
          {props.columns}
          {props.head}
          <tbody>{rows}</tbody>
        </table>
      </section>
      <p className="flex flex-wrap justify-between gap-x-4 text-xs text-ink-2 tabular-nums noscript:hidden">
        <span>
          {sight
            ? `${formatCount(from + 1)}–${formatCount(to + 1)} of ${formatCount(total)}`
            : `${formatCount(total)} features`}
        </span>
        <span className="max-sm:hidden">
          In the table: ↑ ↓, Page up, Page down, Home and End move, Enter opens
        </span>
      </p>
      {error !== null && (
        <p role="alert" className="text-danger">
          Some rows could not be read: {error}.{" "}
          <button type="button" className="link" onClick={() => see(from, to)}>
            Try again
          </button>
        </p>
      )}
    </>
  );
}

/** Where the list begins: where it was left, or at the page of the address, which may be newer than what came with the page. */
function startOffset(per_page: number, first: number): number {
  const place = left.get(location.pathname + location.search);
  if (place) return place.offset;
  const page = Number(new URLSearchParams(location.search).get("page") ?? 1);
  const at = Number.isInteger(page) && page > 0 ? (page - 1) * per_page : first;
  return at * rowHeight;
}

/** Room for rows that are not drawn. */
function Gap({ rows, columns }: { rows: number; columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it takes no focus
    <tr aria-hidden="true" className="pointer-events-none">
      <td colSpan={columns} className="border-0! p-0!" style={{ height: rows * rowHeight }} />
    </tr>
  );
}

function Waiting({ columns }: { columns: number }) {
  return (
    <td colSpan={columns} className="text-ink-3">
      …
    </td>
  );
}
