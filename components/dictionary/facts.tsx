import type { ReactNode } from "react";

export type Fact = { term: ReactNode; key: string; value: ReactNode };

/** Terms and values in two columns, ruled by hairlines. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="panel divide-y divide-line px-4 py-1">
      {facts.map(({ key, term, value }) => (
        <div key={key} className="grid gap-x-4 py-2 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <dt className="text-ink-2">{term}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A sha256: its start for the eye, the whole of it for the clipboard and the pointer. */
export function Hash({ sha256 }: { sha256: string }) {
  return (
    <code title={sha256} className="hint text-[0.8125rem]">
      {sha256.slice(0, 12)}
      <span className="sr-only">{sha256.slice(12)}</span>
    </code>
  );
}
