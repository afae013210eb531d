import { architectures } from "trainer/bundle";
import type { DictionarySummary } from "@/lib/views.ts";
import { architectureNames } from "../dictionary/describe.ts";
import { ArchitectureMark } from "../plots/architecture-mark.tsx";

type Props = { dictionaries: Pick<DictionarySummary, "architecture">[] };

/** The marks that the Pareto plot of these dictionaries draws. */
export function ArchitectureKey({ dictionaries }: Props) {
  const there = new Set(dictionaries.map(({ architecture }) => architecture));
  return (
    <ul className="flex flex-wrap justify-end gap-x-4 gap-y-1">
      {architectures
        .filter((architecture) => there.has(architecture))
        .map((architecture) => (
          <li key={architecture} className="flex items-center gap-1.5">
            <svg viewBox="-7 -7 14 14" className="size-3.5" aria-hidden="true">
              <ArchitectureMark architecture={architecture} />
            </svg>
            {architectureNames[architecture]}
          </li>
        ))}
    </ul>
  );
}
