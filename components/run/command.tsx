import type { ReactNode } from "react";

/** A command within a sentence. */
export function Command({ children }: { children: ReactNode }) {
  return (
    <code className="rounded bg-sunken px-1 py-0.5 text-[0.8125rem] break-words text-ink">
      {children}
    </code>
  );
}
