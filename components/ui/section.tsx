import type { ReactNode } from "react";

type Props = { id?: string; title: string; aside?: ReactNode; children: ReactNode };

/** A titled part of a page; with an id its heading can be linked to. */
export function Section({ id, title, aside, children }: Props) {
  return (
    <section id={id} className="min-w-0">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="font-serif text-xl tracking-tight">{title}</h2>
        {aside && <div className="eyebrow font-normal">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** A table that may be wider than its place; it scrolls by itself, and by the keyboard. */
export function ScrollTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section aria-label={label} tabIndex={0} className="panel relative overflow-x-auto">
      {children}
    </section>
  );
}
