import { Braces } from "lucide-react";
import { featureParts } from "@/lib/embed.ts";
import { formatCount } from "@/lib/format.ts";
import { dictionaryPath, featureApiPath, featurePath, modelPath } from "@/lib/routes.ts";
import type { FeatureView, ConnectionGraph as Graph, SaidOfFeature } from "@/lib/views.ts";
import { Said } from "../community/said.tsx";
import { architectureText } from "../dictionary/describe.ts";
import { ShareButton } from "../share/share-button.tsx";
import { ArrowKeys } from "../ui/arrow-keys.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { TokenChip } from "../ui/token.tsx";
import { Turn } from "../ui/turn.tsx";
import { ActivationHistogram } from "./activation-histogram.tsx";
import { ConnectionGraph } from "./connection-graph.tsx";
import { BuiltFromLists, FeedsLists } from "./connections.tsx";
import { Examples } from "./examples.tsx";
import { LogitEffects } from "./logit-effects.tsx";
import { NearestFeatures } from "./nearest-features.tsx";
import { Statistics } from "./statistics.tsx";

type Props = {
  feature: FeatureView;
  graph: Graph | null;
  said: SaidOfFeature;
  pinned: { revision?: string };
};

export function FeatureCard({ feature, graph, said, pinned }: Props) {
  const { dictionary, record, intervals, top_logits, bottom_logits, nearest } = feature;
  const { model, slug } = dictionary;
  const { built_from, feeds } = feature.connections;
  const hrefOf = (index: number) => featurePath(model, slug, index, pinned);
  const previous = feature.previous === null ? null : hrefOf(feature.previous);
  const next = feature.next === null ? null : hrefOf(feature.next);
  const dead = record.n_active === 0;
  return (
    <>
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: modelPath(model), text: model },
          { href: dictionaryPath(model, slug, pinned), text: slug },
        ]}
        title={`Feature ${record.index}`}
        lead={
          <>
            One of {formatCount(dictionary.d_sae)} features of{" "}
            <code className="text-[0.8125rem] text-ink">{dictionary.hook_name}</code> (
            {architectureText(dictionary)}).{" "}
            {top_logits[0] && (
              <>
                Most raises the logit of <TokenChip token={top_logits[0].token} />.
              </>
            )}
          </>
        }
        actions={
          <>
            <Turn href={previous} label="Previous feature" to="previous" />
            <Turn href={next} label="Next feature" to="next" />
            <ShareButton
              what={`feature ${record.index}`}
              path={hrefOf(record.index)}
              short={feature.short}
              parts={featureParts}
            />
            <a href={featureApiPath(model, slug, record.index, pinned)} className="button">
              <Braces aria-hidden="true" size={14} /> JSON
            </a>
          </>
        }
      />
      <ArrowKeys previous={previous} next={next} />
      <div className="mt-6">
        <Statistics record={record} tokens={feature.dashboard_tokens} />
      </div>
      <div className="mt-9 grid gap-x-10 gap-y-10 xl:grid-cols-[minmax(0,1fr)_25rem]">
        {dead ? (
          <DeadFeature tokens={feature.dashboard_tokens} />
        ) : (
          <Examples intervals={intervals} max={record.max_activation} />
        )}
        <div className="grid content-start gap-9 max-xl:md:grid-cols-2">
          {!dead && <ActivationHistogram record={record} />}
          <Said said={said} />
          <LogitEffects record={record} top={top_logits} bottom={bottom_logits} />
          <NearestFeatures nearest={nearest} hrefOf={hrefOf} />
        </div>
      </div>
      {graph && (
        <div className="mt-10">
          <ConnectionGraph model={model} graph={graph} />
        </div>
      )}
      <div className="mt-9 grid gap-x-10 gap-y-9 empty:hidden lg:grid-cols-2">
        {built_from.length > 0 && <BuiltFromLists model={model} built_from={built_from} />}
        {feeds.length > 0 && <FeedsLists model={model} feeds={feeds} />}
      </div>
    </>
  );
}

function DeadFeature({ tokens }: { tokens: number }) {
  return (
    <div className="panel self-start px-6 py-10 text-center">
      <h2 className="font-serif text-2xl tracking-tight">This feature is dead</h2>
      <p className="mx-auto mt-2 max-w-md text-ink-2">
        It was active on none of the {formatCount(tokens)} counted tokens, so there are no examples.
        Its decoder row still points somewhere: the logit effects and nearest features say where.
      </p>
    </div>
  );
}
