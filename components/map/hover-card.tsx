import Link from "next/link";
import type { ReactNode } from "react";
import type { Hover } from "../plots/live-map.ts";

type Props = {
  hover: Hover;
  /** where a finger, which does not click through, is led; null: a pointer does */
  open: { href: string; text: string } | null;
  children: ReactNode;
};

/** What a point is, beside it. */
export function HoverCard({ hover: { x, y, width }, open, children }: Props) {
  const wide = Math.min(320, width - 16);
  const left = Math.min(Math.max(8, x - wide / 2), width - wide - 8);
  const up = y > 130 ? "translateY(calc(-100% - 14px))" : "translateY(14px)";
  return (
    <div
      role="status"
      className={`absolute rounded-md border border-line-strong bg-surface px-3 py-2 text-xs shadow-lg ${open ? "" : "pointer-events-none"}`}
      style={{ left, top: y, width: wide, transform: up }}
    >
      {children}
      {open && (
        <Link href={open.href} className="link mt-1 inline-block">
          {open.text}
        </Link>
      )}
    </div>
  );
}
