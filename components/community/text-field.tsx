"use client";

import { lazy, Suspense, useId, useRef, useState } from "react";
import { mentionsApiPath } from "@/lib/routes.ts";
import type { FeatureLinks } from "@/lib/views.ts";
import { MOST_WRITTEN } from "@/lib/written.ts";

type Props = { label: string; defaultValue?: string; placeholder?: string; rows?: number };

/** What reads Markdown comes when somebody wants to see theirs. */
const Written = lazy(async () => ({ default: (await import("./written.tsx")).Written }));

/** A field for Markdown, and what it will look like. */
export function TextField({ label, defaultValue = "", placeholder, rows = 5 }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [preview, setPreview] = useState<{ text: string; links: FeatureLinks } | null>(null);
  const id = useId();

  async function show() {
    const text = field.current?.value ?? "";
    setPreview({ text, links: {} });
    const answer = await fetch(mentionsApiPath, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    }).catch(() => null);
    if (answer?.ok) setPreview({ text, links: (await answer.json()).links });
  }

  return (
    <div>
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-3">
        <label htmlFor={id} className="eyebrow">
          {label}
        </label>
        <button
          type="button"
          aria-pressed={preview !== null}
          onClick={() => (preview === null ? show() : setPreview(null))}
          className="link cursor-pointer text-xs text-ink-2"
        >
          {preview === null ? "Preview" : "Write"}
        </button>
      </div>
      <textarea
        ref={field}
        id={id}
        name="body"
        required
        rows={rows}
        maxLength={MOST_WRITTEN}
        defaultValue={defaultValue}
        placeholder={placeholder}
        hidden={preview !== null}
        className="field w-full resize-y py-2 leading-normal"
      />
      {preview !== null && (
        <section aria-label="Preview" className="panel min-h-28 p-3">
          <Suspense fallback={<p className="text-ink-2">Drawing it…</p>}>
            <Written {...preview} id={id} />
          </Suspense>
        </section>
      )}
      <p className="mt-1 text-xs text-ink-2">
        Markdown. The pasted address of a feature becomes a link that shows where it fires.
      </p>
    </div>
  );
}
