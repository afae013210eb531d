import { snippetsOf } from "@/lib/snippets.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { CopyButton } from "../ui/copy-button.tsx";

type Props = { dictionary: DictionarySummary; pinned: { revision?: string }; origin: string };

export function Snippets({ dictionary, pinned, origin }: Props) {
  return (
    <div className="gap-4 lg:columns-2">
      {snippetsOf(dictionary, origin, pinned).map(({ key, title, code }) => (
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
            <code>{code}</code>
          </pre>
        </section>
      ))}
    </div>
  );
}
