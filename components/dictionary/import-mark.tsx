import type { DictionarySummary } from "@/lib/views.ts";

const marks = {
  unchecked: {
    text: "unchecked",
    title:
      "It was made elsewhere, and how its numbers are read was never tried on activations of its model",
  },
  misread: {
    text: "read against the check",
    title:
      "On activations of its model another reading of its numbers fits better; whoever imported it kept this one",
  },
} as const;

/** Beside the name of an imported dictionary whose reading is not borne out. */
export function ImportMark({ imported }: Pick<DictionarySummary, "imported">) {
  if (imported === null || imported === "checked") return null;
  const { text, title } = marks[imported];
  return (
    <span
      title={title}
      className="inline-block rounded border border-danger px-1.5 align-middle font-sans text-xs leading-5 font-normal tracking-normal whitespace-nowrap text-danger"
    >
      {text}
    </span>
  );
}
