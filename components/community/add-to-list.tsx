"use client";

import { ListPlus, Plus } from "lucide-react";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { refusal } from "@/lib/refusal.ts";
import { featurePath, listItemsApiPath, listsApiPath, newListPath } from "@/lib/routes.ts";
import type { ListedFeature, ListSummary } from "@/lib/views.ts";

const item =
  "flex cursor-pointer items-center gap-2 rounded px-2.5 py-1.5 outline-none data-highlighted:bg-sunken";

/** A menu of one's lists: the feature goes to the end of the one that is chosen, or into a new one. */
export function AddToList({ feature }: { feature: ListedFeature }) {
  const [lists, setLists] = useState<ListSummary[] | null>(null);
  const [said, setSaid] = useState("");
  const { model, dictionary, index, revision = null } = feature;

  async function load(open: boolean) {
    if (!open) return;
    const answer = await fetch(`${listsApiPath}?own=1`).catch(() => null);
    setLists(answer?.ok ? (await answer.json()).lists : []);
  }

  async function add(list: ListSummary) {
    const answer = await fetch(listItemsApiPath(list.id), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(feature),
    }).catch(() => null);
    if (answer?.ok) setSaid(`In “${list.title}”`);
    else setSaid(answer ? await refusal(answer) : "The hub cannot be reached.");
  }

  return (
    <>
      <DropdownMenu.Root modal={false} onOpenChange={load}>
        <DropdownMenu.Trigger className="button noscript:hidden">
          <ListPlus aria-hidden="true" size={14} /> Add to list
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="start"
            sideOffset={4}
            collisionPadding={8}
            className="panel z-40 max-h-80 max-w-80 min-w-52 overflow-y-auto p-1 text-[0.8125rem] shadow-lg"
          >
            {lists === null && <p className="px-2.5 py-1.5 text-ink-2">Loading your lists…</p>}
            {lists?.map((list) => (
              <DropdownMenu.Item key={list.id} className={item} onSelect={() => add(list)}>
                <bdi className="truncate">{list.title}</bdi>
                <span className="ml-auto text-xs text-ink-2 tabular-nums">{list.items}</span>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item asChild>
              <Link
                href={newListPath(featurePath(model, dictionary, index, { revision }))}
                prefetch={false}
                className={item}
              >
                <Plus aria-hidden="true" size={13} /> New list with it
              </Link>
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <span role="status" className="self-center text-xs text-ink-2 empty:hidden">
        {said}
      </span>
    </>
  );
}
