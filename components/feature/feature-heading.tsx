import { Braces } from "lucide-react";
import { featureParts } from "@/lib/embed.ts";
import { formatCount } from "@/lib/format.ts";
import { dictionaryPath, featureApiPath, modelPath } from "@/lib/routes.ts";
import type { FeatureView, ListedFeature } from "@/lib/views.ts";
import { AddToList } from "../community/add-to-list.tsx";
import { architectureText } from "../dictionary/describe.ts";
import { ImportMark } from "../dictionary/import-mark.tsx";
import { RandomLink } from "../dictionary/random-link.tsx";
import { ShareButton } from "../share/share-button.tsx";
import { type Key, KeyHelp } from "../ui/key-help.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Turn } from "../ui/turn.tsx";

type Props = {
  feature: FeatureView;
  pinned: { revision?: string };
  /** the page of a feature of this dictionary, shown as this one is */
  hrefOf: (index: number) => string;
  /** what people call it */
  label: string | undefined;
  /** how lists take it; null: the viewer may not make any */
  listed: ListedFeature | null;
};

const keys: Key[] = [
  { keys: ["←", "→"], does: "previous and next feature" },
  { keys: ["Tab"], does: "to the next example's token" },
  { keys: ["←", "→"], does: "on a token: the active tokens beside it" },
  { keys: ["Esc"], does: "close a tip" },
  { keys: ["?"], does: "this list" },
];

/** Which feature this is, and the ways on from here. */
export function FeatureHeading({ feature, pinned, hrefOf, label, listed }: Props) {
  const { dictionary, record } = feature;
  const { model, slug } = dictionary;
  const previous = feature.previous === null ? null : hrefOf(feature.previous);
  const next = feature.next === null ? null : hrefOf(feature.next);
  return (
    <PageHeading
      crumbs={[
        { href: "/", text: "hub" },
        { href: modelPath(model), text: model },
        { href: dictionaryPath(model, slug, pinned), text: slug },
      ]}
      title={
        <>
          Feature {record.index}
          {label !== undefined && <span className="text-ink-2"> “{label}”</span>}
        </>
      }
      lead={
        <>
          One of {formatCount(dictionary.d_sae)} features of{" "}
          <code className="text-[0.8125rem] text-ink">{dictionary.hook_name}</code> (
          {architectureText(dictionary)}). <ImportMark imported={dictionary.imported} />
        </>
      }
      actions={
        <>
          <Turn href={previous} label="Previous feature" to="previous" />
          <Turn href={next} label="Next feature" to="next" />
          <RandomLink model={model} dictionary={slug} pinned={pinned} />
          {listed && <AddToList feature={listed} />}
          <ShareButton
            what={`feature ${record.index}`}
            path={hrefOf(record.index)}
            short={feature.short}
            parts={featureParts}
          />
          <a href={featureApiPath(model, slug, record.index, pinned)} className="button">
            <Braces aria-hidden="true" size={14} /> JSON
          </a>
          <KeyHelp keys={keys} previous={previous} next={next} />
        </>
      }
    />
  );
}
