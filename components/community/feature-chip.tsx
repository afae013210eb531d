"use client";

import Link from "next/link";
import { HoverCard } from "radix-ui";
import { useState } from "react";
import { formatOneIn } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import { cardApiPath, featurePath } from "@/lib/routes.ts";
import type { FeatureLink, HoverCardView } from "@/lib/views.ts";
import { ConcordanceText } from "../feature/concordance-line.tsx";
import { FeatureName } from "./feature-name.tsx";

type Props = { link: FeatureLink & { index: number }; text?: React.ReactNode };

/** A link to a feature; on hover and on keyboard focus, a card with where it fires. */
export function FeatureChip({ link, text }: Props) {
  const { model, dictionary, index, revision } = link;
  const [preview, setPreview] = useState<HoverCardView | "failed" | null>(null);

  async function load(open: boolean) {
    if (!open || (preview !== null && preview !== "failed")) return;
    const answer = await fetch(cardApiPath(model, dictionary, index, { revision })).catch(
      () => null,
    );
    setPreview(answer?.ok ? await answer.json() : "failed");
  }

  return (
    <HoverCard.Root openDelay={150} closeDelay={120} onOpenChange={load}>
      <HoverCard.Trigger asChild>
        <Link
          href={featurePath(model, dictionary, index, { revision })}
          prefetch={false}
          className={text === undefined ? "chip" : "link"}
        >
          {text ?? <FeatureName link={link} />}
        </Link>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          sideOffset={6}
          collisionPadding={8}
          className="panel z-40 w-[min(28rem,calc(100vw-1rem))] p-4 text-[0.8125rem] shadow-lg"
        >
          <p className="font-medium">
            {link.label === null ? `Feature ${index}` : <bdi>{link.label}</bdi>}
          </p>
          <p className="truncate text-xs text-ink-2">
            {dictionary}, <code>{link.hook_name}</code> of {model}
            {revision !== null && ", an earlier revision"}
          </p>
          <div className="mt-3 min-h-32">
            <Shown preview={preview} />
          </div>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

function Shown({ preview }: { preview: HoverCardView | "failed" | null }) {
  if (preview === null) return <p className="text-ink-2">Loading its top activations…</p>;
  if (preview === "failed") return <p className="text-ink-2">The hub could not show it.</p>;
  const { examples, max_activation, density } = preview;
  if (examples.length === 0) return <p className="text-ink-2">Dead: it fires on no token.</p>;
  return (
    <>
      <ol aria-label="Top activations" className="space-y-1 font-mono text-xs">
        {examples.map((example) => (
          <li key={`${example.context} ${example.position}`}>
            <ConcordanceText example={example} max={max_activation} />
          </li>
        ))}
      </ol>
      <p className="mt-2 text-xs text-ink-2">
        {formatOneIn(density)}; at most {formatStatistic("max_activation", max_activation)}
      </p>
    </>
  );
}
