import { Columns2, Download, List, TextCursorInput } from "lucide-react";
import Link from "next/link";
import { dictionaryParts } from "@/lib/embed.ts";
import {
  bundlePath,
  comparePath,
  datapointsPath,
  dictionaryPath,
  experimentsPath,
  featuresPath,
  modelPath,
  tryPath,
} from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { ShareButton } from "../share/share-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { architectureText, sizeText } from "./describe.ts";
import { ImportMark } from "./import-mark.tsx";
import { RandomLink } from "./random-link.tsx";

type Props = {
  dictionary: DictionarySummary;
  pinned: { revision?: string };
  current: "overview" | "features" | "datapoints" | "experiments";
};

/** The head of a dictionary's pages, with the way from one to the other. */
export function DictionaryHeading({ dictionary, pinned, current }: Props) {
  const { model, slug, hook_name } = dictionary;
  const tabs = [
    { key: "overview", text: "Overview", href: dictionaryPath(model, slug, pinned) },
    { key: "features", text: "Features", href: featuresPath(model, slug, pinned) },
    { key: "datapoints", text: "Datapoints", href: datapointsPath(model, slug, pinned) },
    { key: "experiments", text: "Experiments", href: experimentsPath(model, slug, pinned) },
  ];
  return (
    <div className="mb-8">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: modelPath(model), text: model },
        ]}
        title={
          <>
            {slug} <ImportMark imported={dictionary.imported} />
          </>
        }
        lead={
          <>
            {sizeText(dictionary)} of <code className="text-[0.8125rem] text-ink">{hook_name}</code>{" "}
            in {model}. {architectureText(dictionary)}.
          </>
        }
        actions={
          <>
            <Link href={featuresPath(model, slug, pinned)} className="button">
              <List aria-hidden="true" size={14} /> Browse features
            </Link>
            <Link
              href={tryPath({ model, d: [pinned.revision ? `${slug}@${pinned.revision}` : slug] })}
              className="button"
            >
              <TextCursorInput aria-hidden="true" size={14} /> Try a text
            </Link>
            <RandomLink model={model} dictionary={slug} pinned={pinned} />
            <Link
              href={comparePath({
                a: `${model}/${slug}`,
                ...(pinned.revision && { a_revision: pinned.revision }),
              })}
              className="button"
            >
              <Columns2 aria-hidden="true" size={14} /> Compare with…
            </Link>
            <ShareButton
              what={slug}
              path={dictionaryPath(model, slug, pinned)}
              parts={dictionaryParts}
            />
            <a href={bundlePath(model, slug, pinned)} download className="button">
              <Download aria-hidden="true" size={14} /> Download bundle
            </a>
          </>
        }
      />
      <nav
        aria-label="Dictionary"
        className="mt-5 flex gap-x-4 overflow-x-auto overflow-y-hidden border-b border-line sm:gap-x-6"
      >
        {tabs.map(({ key, text, href }) => (
          <Link
            key={key}
            href={href}
            aria-current={key === current ? "page" : undefined}
            className="-mb-px shrink-0 border-b-2 border-transparent py-2 text-ink-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
          >
            {text}
          </Link>
        ))}
      </nav>
    </div>
  );
}
