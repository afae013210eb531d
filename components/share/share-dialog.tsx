"use client";

import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useId, useState } from "react";
import { embedHeight, iframeOf } from "@/lib/embed.ts";
import { embedPath } from "@/lib/routes.ts";
import { CopyButton } from "../ui/copy-button.tsx";

type Part = Parameters<typeof embedHeight>[0]["show"][number];

export type ShareProps = {
  /** as a link's text names it, e.g. "feature 12" */
  what: string;
  path: string;
  /** its short address, if it has one */
  short?: string;
  /** what its frame may show; the first is shown if nothing else is chosen */
  parts: readonly Part[];
};

type Props = ShareProps & { open: boolean; onOpenChange: (open: boolean) => void };

const WIDTH = 720; // CSS pixels

export function ShareDialog({ what, path, short, parts, open, onOpenChange }: Props) {
  const [shown, setShown] = useState<readonly Part[]>(parts.slice(0, 1));
  const here = (address: string) => new URL(address, location.href).href;
  const chosen = parts.filter((part) => shown.includes(part));
  const [address = "", query = ""] = path.split("?");
  const pinned = Object.fromEntries(new URLSearchParams(query));
  const frame = embedPath(address, { ...pinned, show: chosen.join(",") });
  const height = embedHeight({ show: chosen, examples: 5 });
  const markup = iframeOf({ src: here(frame), title: what, width: WIDTH, height });
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-ink/30" />
        <Dialog.Content
          aria-describedby={undefined}
          className="panel fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[min(46rem,calc(100vw-2rem))] -translate-1/2 space-y-4 overflow-y-auto p-5 shadow-xl"
        >
          <div className="flex items-start justify-between gap-4">
            <Dialog.Title className="font-serif text-2xl tracking-tight">Share {what}</Dialog.Title>
            <Dialog.Close className="button w-8 px-0" aria-label="Close">
              <X aria-hidden="true" size={14} />
            </Dialog.Close>
          </div>
          <Line name="Link" text={here(path)} />
          {short !== undefined && <Line name="Short link, for good" text={here(short)} />}
          <Line name="Markdown" text={`[${what}](${here(path)})`} />
          <fieldset>
            <legend className="eyebrow mb-1">Shown in a frame</legend>
            <div className="flex flex-wrap gap-x-4 gap-y-1">
              {parts.map((part) => (
                <label key={part} className="flex items-center gap-1.5">
                  <input
                    type="checkbox"
                    className="accent-accent"
                    checked={shown.includes(part)}
                    onChange={({ target }) =>
                      setShown(target.checked ? [...shown, part] : shown.filter((p) => p !== part))
                    }
                  />
                  {part}
                </label>
              ))}
            </div>
          </fieldset>
          <Line name="Frame" text={markup} />
          <iframe
            key={frame}
            src={frame}
            title={`How ${what} looks in a frame`}
            height={Math.min(height, 420)}
            className="w-full rounded-md border border-line"
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Line({ name, text }: { name: string; text: string }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="eyebrow mb-1 block">
        {name}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={text}
          onFocus={({ target }) => target.select()}
          className="field min-w-0 flex-1 font-mono text-xs"
        />
        <CopyButton text={text} label={`Copy: ${name}`} />
      </div>
    </div>
  );
}
