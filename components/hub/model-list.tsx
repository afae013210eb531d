import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { dictionaryPath, modelPath } from "@/lib/routes.ts";
import type { DictionarySummary, ModelSummary } from "@/lib/views.ts";

type Props = { models: ModelSummary[]; dictionaries: DictionarySummary[] };

/** Every model with its first dictionaries. */
export function ModelList({ models, dictionaries }: Props) {
  return (
    <ul className="panel divide-y divide-line">
      {models.map((model) => (
        <ModelItem
          key={model.slug}
          model={model}
          dictionaries={dictionaries.filter((one) => one.model === model.slug)}
        />
      ))}
    </ul>
  );
}

const SHOWN = 8;

type ItemProps = { model: ModelSummary; dictionaries: DictionarySummary[] };

function ModelItem({ model, dictionaries }: ItemProps) {
  const features = dictionaries.reduce((sum, { d_sae }) => sum + d_sae, 0);
  return (
    <li className="px-4 py-3">
      <h3>
        <Link href={modelPath(model.slug)} className="link font-mono">
          {model.slug}
        </Link>
      </h3>
      <p className="text-xs text-ink-2">
        {formatCount(model.n_layers)} layers, width {formatCount(model.d_model)},{" "}
        {formatCount(model.d_vocab)} tokens; {formatCount(features)} features in{" "}
        {formatCount(dictionaries.length)}{" "}
        {dictionaries.length === 1 ? "dictionary" : "dictionaries"}
      </p>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {dictionaries.slice(0, SHOWN).map(({ slug }) => (
          <li key={slug}>
            <Link
              href={dictionaryPath(model.slug, slug)}
              prefetch={false}
              className="block rounded bg-sunken px-2 py-1 font-mono text-xs hover:text-accent"
            >
              {slug}
            </Link>
          </li>
        ))}
        {dictionaries.length > SHOWN && (
          <li>
            <Link href={modelPath(model.slug)} className="link block px-1 py-1 text-xs">
              and {formatCount(dictionaries.length - SHOWN)} more
            </Link>
          </li>
        )}
      </ul>
    </li>
  );
}
