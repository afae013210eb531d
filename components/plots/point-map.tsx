"use client";

import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { LiveMap, type MapState } from "./live-map.ts";

/** What buttons beside the map may do. */
export type MapHandle = { zoomBy: (factor: number) => void; reset: () => void };

type Props = MapState & {
  /** what the map shows, for those who cannot see it */
  label: string;
  ref?: Ref<MapHandle>;
  className?: string;
};

const keySteps: Record<string, [number, number]> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};

/** Many points in the plane, to pan, zoom, hover, click and select; it knows nothing of what they are. */
export function PointMap(props: Props) {
  const { x, y, paint, paper, selected, selecting, label, ref, className = "" } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const outline = useRef<SVGPolygonElement>(null);
  const ring = useRef<SVGCircleElement>(null);
  const map = useRef<LiveMap>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!canvas.current || !outline.current || !ring.current) return;
    const live = new LiveMap(canvas.current, outline.current, ring.current, latest);
    map.current = live;
    return () => live.end();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is drawn
  useEffect(() => map.current?.place(), [x, y]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is drawn
  useEffect(() => map.current?.color(), [x, paint, paper, selected]);
  useImperativeHandle(ref, () => ({
    zoomBy: (factor) => map.current?.gestures.zoomBy(factor),
    reset: () => map.current?.gestures.reset(),
  }));

  function onKeyDown(event: KeyboardEvent) {
    const gestures = map.current?.gestures;
    if (!gestures || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = keySteps[event.key];
    if (step) gestures.panBy(...step);
    else if (event.key === "+" || event.key === "=") gestures.zoomBy(1.5);
    else if (event.key === "-") gestures.zoomBy(1 / 1.5);
    else if (event.key === "0") gestures.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the picture within says what it is; this takes the keys
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the map
    <div tabIndex={0} onKeyDown={onKeyDown} className={`relative ${className}`}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${label} Plus and minus zoom, arrows pan, 0 shows the whole.`}
        className={`absolute inset-0 h-full w-full touch-none ${selecting ? "cursor-crosshair" : "cursor-grab active:cursor-grabbing"}`}
      />
      <svg aria-hidden="true" className="pointer-events-none absolute inset-0 h-full w-full">
        <circle ref={ring} visibility="hidden" className="fill-none stroke-ink" strokeWidth={2} />
        <polygon
          ref={outline}
          className="fill-accent/10 stroke-accent"
          strokeWidth={1.5}
          strokeDasharray="4 3"
        />
      </svg>
    </div>
  );
}
