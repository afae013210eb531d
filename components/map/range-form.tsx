import { type FormEvent, useId } from "react";
import { formatShort } from "@/lib/format.ts";
import type { Colored, Coloring, Noun } from "./colorings.ts";

type Props = {
  coloring: Coloring;
  colored: Colored;
  noun: Noun;
  onRange: (from: number, to: number) => void;
};

/** Selects by the coloured value, for those who draw no lasso. A side that is left empty has no bound. */
export function RangeForm({ coloring: { title, unit }, colored, noun, onRange }: Props) {
  const id = useId();
  if (colored.categories)
    return (
      <p className="border-t border-line px-4 py-2.5 text-xs text-ink-2">
        A {title} above selects its {noun.many}.
      </p>
    );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const bound = (field: string, open: number) => {
      const text = String(form.get(field) ?? "");
      return text === "" ? open : Number(text);
    };
    onRange(bound("from", Number.NEGATIVE_INFINITY), bound("to", Number.POSITIVE_INFINITY));
  }
  const { low, high } = colored.scale;
  return (
    <form
      onSubmit={submit}
      className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-2.5 text-xs sm:px-4"
    >
      <label htmlFor={`${id}-from`}>
        Select {title} {unit && <span className="text-ink-2">({unit})</span>} from
      </label>
      <input
        id={`${id}-from`}
        name="from"
        type="number"
        step="any"
        placeholder={formatShort(low)}
        className="field w-24"
      />
      <label htmlFor={`${id}-to`}>to</label>
      <input
        id={`${id}-to`}
        name="to"
        type="number"
        step="any"
        placeholder={formatShort(high)}
        className="field w-24"
      />
      <button type="submit" className="button">
        Select
      </button>
    </form>
  );
}
