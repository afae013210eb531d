import type { ReactNode } from "react";

/** What an experiment found, in a sentence or two. */
export function Verdict({ children }: { children: ReactNode }) {
  return <p className="mb-5 max-w-3xl font-serif text-lg text-pretty">{children}</p>;
}
