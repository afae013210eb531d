"use client";

import { Play } from "lucide-react";
import { type FormEvent, useState } from "react";
import { formatNumber } from "@/lib/format.ts";
import { featureTryApiPath, tryPath } from "@/lib/routes.ts";
import type { FeatureTryView } from "@/lib/views.ts";
import { TokenLine } from "../try/token-line.tsx";
import { useLive } from "../try/use-live.ts";
import { WhyNot } from "../try/why-not.tsx";
import { Section } from "../ui/section.tsx";

type Props = { model: string; slug: string; index: number; pinned: { revision?: string } };

/** A box for a sentence of the reader's own, which the hub's model and dictionary answer while they look. */
export function TrySentence({ model, slug, index, pinned }: Props) {
  const [text, setText] = useState("");
  const [live, ask] = useLive<FeatureTryView>();
  const name = pinned.revision ? `${slug}@${pinned.revision}` : slug;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() !== "") void ask(featureTryApiPath(model, slug, index, pinned), { text });
  }

  return (
    <Section
      id="try"
      title="Try a sentence"
      aside={
        <a href={tryPath({ model, d: [name], text, feature: index })} className="link">
          All features along it
        </a>
      }
    >
      {/* without JavaScript the page for whole texts answers */}
      <form action={tryPath()} onSubmit={submit} className="flex gap-2">
        <input type="hidden" name="model" value={model} />
        <input type="hidden" name="d" value={name} />
        <input type="hidden" name="feature" value={index} />
        <input
          name="text"
          value={text}
          onChange={(event) => setText(event.target.value)}
          required
          maxLength={20_000}
          aria-label="A sentence to try"
          placeholder="Once upon a time, …"
          autoComplete="off"
          className="field min-w-0 flex-1 font-mono"
        />
        <button type="submit" className="button">
          <Play aria-hidden="true" size={14} /> Try
        </button>
      </form>
      <div aria-live="polite" aria-busy={live.state === "asking"} className="mt-3 min-h-12">
        {live.state === "asking" && (
          <p className="py-2.5 text-ink-2">
            The model reads it; the first time takes a second or two…
          </p>
        )}
        {live.state === "refused" && <WhyNot why={live.why} />}
        {live.state === "done" && <Tried view={live.value} />}
      </div>
    </Section>
  );
}

function Tried({ view }: { view: FeatureTryView }) {
  const { tokens, activations, max_activation } = view;
  const largest = Math.max(...activations);
  const active = activations.filter((value) => value > 0).length;
  return (
    <>
      <p
        data-strip
        className="panel px-4 py-2.5 font-mono text-[0.8125rem] leading-7 wrap-anywhere whitespace-pre-wrap"
      >
        <TokenLine {...view} max={Math.max(max_activation, largest)} />
      </p>
      <p className="mt-1.5 text-xs text-ink-2">
        {active === 0
          ? "It is active on none of these tokens."
          : `Active on ${active} of ${tokens.length - 1} tokens, at most ${formatNumber(largest, 3)}; its largest over the stored text is ${formatNumber(max_activation, 3)}.`}
      </p>
    </>
  );
}
