import { ArrowRight, Library, type LucideIcon, Tag, TextSearch } from "lucide-react";
import Link from "next/link";
import type { Suggestion } from "@/lib/views.ts";

const kinds: Record<Suggestion["kind"], { icon: LucideIcon; name: string }> = {
  address: { icon: ArrowRight, name: "address" },
  dictionary: { icon: Library, name: "dictionary" },
  label: { icon: Tag, name: "label" },
  token: { icon: TextSearch, name: "token" },
};

type Props = {
  /** what the ids begin with */
  id: string;
  suggestions: Suggestion[];
  /** the one that the keys are at */
  at: number;
  onChoose: () => void;
};

export function SuggestionList({ id, suggestions, at, onChoose }: Props) {
  return (
    <div
      id={`${id}list`}
      role="listbox"
      aria-label="Suggestions"
      hidden={suggestions.length === 0}
      className="panel absolute top-full right-0 left-0 z-40 mt-1 overflow-hidden py-1 shadow-lg max-sm:fixed max-sm:top-14 max-sm:right-2 max-sm:left-2"
    >
      {suggestions.map((suggestion, i) => (
        <Option
          key={suggestion.href}
          id={`${id}${i}`}
          suggestion={suggestion}
          isChosen={i === at}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

type OptionProps = {
  id: string;
  suggestion: Suggestion;
  isChosen: boolean;
  onChoose: () => void;
};

function Option({ id, suggestion, isChosen, onChoose }: OptionProps) {
  const { kind, text, detail, href } = suggestion;
  const Icon = kinds[kind].icon;
  return (
    <Link
      id={id}
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      href={href}
      prefetch={false}
      onMouseDown={(event) => event.preventDefault()} // or the box would lose the focus, and close
      onClick={onChoose}
      className="flex items-baseline gap-2.5 px-3 py-1.5 text-[0.8125rem] hover:bg-sunken aria-selected:bg-sunken"
    >
      <Icon aria-hidden="true" size={13} className="shrink-0 self-center text-ink-2" />
      <span className="truncate font-mono">{text}</span>
      <span className="sr-only">, {kinds[kind].name}</span>
      <span className="ml-auto shrink-0 truncate pl-3 text-xs text-ink-2">{detail}</span>
    </Link>
  );
}
