import { CopyButton } from "../ui/copy-button.tsx";

/** A secret that stands here and nowhere else. */
export function ShownOnce({ text, what, note }: { text: string; what: string; note: string }) {
  return (
    <div role="status" className="border-l-2 border-l-accent bg-sunken px-4 py-3">
      <div className="flex items-center justify-between gap-2">
        <code className="min-w-0 text-[0.8125rem] break-all">{text}</code>
        <CopyButton text={text} label={`Copy the ${what}`}>
          Copy
        </CopyButton>
      </div>
      <p className="mt-1 text-xs text-ink-2">{note}</p>
    </div>
  );
}
