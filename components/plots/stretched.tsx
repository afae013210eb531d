import type { ReactNode } from "react";

/** Drawn in percent of the width and pixels of the height, whatever the width is; of shapes, not of text. */
export function Stretched({ height, children }: { height: number; children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 100 ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      className="overflow-visible"
    >
      {children}
    </svg>
  );
}
