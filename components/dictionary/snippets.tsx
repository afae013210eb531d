import type { Snippet } from "@/lib/snippets.ts";
import { CopyButton } from "../ui/copy-button.tsx";

/** Lines to paste, each under what they are for; conformance/snippets.ts runs what `data-snippet` marks. */
export function Snippets({ snippets }: { snippets: Snippet[] }) {
  return (
    <div className="gap-4 lg:columns-2">
      {snippets.map(({ key, title, code }) => (
        <section key={key} className="panel mb-4 break-inside-avoid">
          <div className="flex items-center justify-between border-b border-line py-1 pr-1 pl-4">
            <h3 className="eyebrow">{title}</h3>
            <CopyButton
              text={code}
              label={`Copy the ${title} snippet`}
              className="grid size-7 cursor-pointer place-items-center rounded hover:bg-sunken"
            />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
          <pre tabIndex={0} className="overflow-x-auto px-4 py-3 font-mono text-xs leading-relaxed">
            <code data-snippet={key}>{code}</code>
          </pre>
        </section>
      ))}
    </div>
  );
}
