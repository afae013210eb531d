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

type TableProps = { label: string; className?: string; children: ReactNode };

/** A table that may be wider than its place; it scrolls by itself, and by the keyboard. */
export function ScrollTable({ label, className = "", children }: TableProps) {
  const classes = `panel relative overflow-x-auto ${className}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section aria-label={label} tabIndex={0} className={classes}>
      {children}
    </section>
  );
}
