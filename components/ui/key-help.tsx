"use client";

import { Keyboard } from "lucide-react";
import { useEffect, useRef } from "react";
import { ArrowKeys } from "./arrow-keys.tsx";

export type Key = { keys: string[]; does: string };

type Props = { keys: Key[]; previous: string | null; next: string | null };

/** The page's keys, and what tells of them: a button, and the key "?". */
export function KeyHelp({ keys, previous, next }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    function ask(event: KeyboardEvent) {
      if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest("input, select, textarea"))
        return;
      dialog.current?.showModal();
    }
    document.addEventListener("keydown", ask);
    return () => document.removeEventListener("keydown", ask);
  }, []);
  return (
    <>
      <ArrowKeys previous={previous} next={next} />
      <button
        type="button"
        className="button w-8 px-0 noscript:hidden"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => dialog.current?.showModal()}
      >
        <Keyboard aria-hidden="true" size={14} />
      </button>
      <dialog
        ref={dialog}
        aria-labelledby="keys"
        className="panel m-auto w-88 max-w-[calc(100vw-2rem)] p-5 text-ink shadow-lg backdrop:bg-ink/30"
      >
        <h2 id="keys" className="font-serif text-xl tracking-tight">
          Keyboard shortcuts
        </h2>
        <dl className="mt-3 grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-[0.8125rem]">
          {keys.map(({ keys, does }) => (
            <div key={does} className="contents">
              <dt className="flex gap-1">
                {keys.map((key) => (
                  <kbd
                    key={key}
                    className="min-w-6 rounded border border-line-strong px-1.5 py-0.5 text-center font-mono text-xs"
                  >
                    {key}
                  </kbd>
                ))}
              </dt>
              <dd className="text-ink-2">{does}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog" className="mt-4 text-right">
          <button type="submit" className="button">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
