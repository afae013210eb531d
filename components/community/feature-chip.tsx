"use client";

import Link from "next/link";
import { HoverCard } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { cardApiPath, featurePath } from "@/lib/routes.ts";
import type { FeatureLink, HoverCardView } from "@/lib/views.ts";
import { FeatureName } from "./feature-name.tsx";

type Props = { link: FeatureLink & { index: number }; text?: React.ReactNode };

/** What draws examples comes when a card is opened. */
const CardExamples = lazy(async () => ({
  default: (await import("./card-examples.tsx")).CardExamples,
}));

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
            <Suspense fallback={<p className="text-ink-2">Loading its top activations…</p>}>
              <CardExamples preview={preview} />
            </Suspense>
          </div>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}
