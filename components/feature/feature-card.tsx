import type { ReactNode } from "react";
import type { ExampleWindow } from "@/lib/example-window.ts";
import { formatCount } from "@/lib/format.ts";
import { datapointPath, featurePath, featureTextApiPath } from "@/lib/routes.ts";
import type {
  AblationView,
  FeatureView,
  ConnectionGraph as Graph,
  SaidOfFeature,
} from "@/lib/views.ts";
import { Said } from "../community/said.tsx";
import { CopyLinks } from "../ui/copy-links.tsx";
import { SoftLinks } from "../ui/soft-links.tsx";
import { Ablation } from "./ablation.tsx";
import { ActivationHistogram } from "./activation-histogram.tsx";
import { ConnectionGraph } from "./connection-graph.tsx";
import { BuiltFromLists, FeedsLists } from "./connections.tsx";
import { Examples } from "./examples.tsx";
import { FeatureDatapoints } from "./feature-datapoints.tsx";
import { FeatureHeading } from "./feature-heading.tsx";
import { LogitEffects } from "./logit-effects.tsx";
import { NearestFeatures } from "./nearest-features.tsx";
import { Statistics } from "./statistics.tsx";
import { Summary } from "./summary.tsx";
import { TrySentence } from "./try-sentence.tsx";

type Props = {
  feature: FeatureView;
  graph: Graph | null;
  said: SaidOfFeature;
  /** what removing it does, if somebody has asked before */
  ablation: AblationView | null;
  pinned: { revision?: string };
  window: ExampleWindow;
  /** the nearest features of other dictionaries, if they were asked for */
  others?: ReactNode;
};

/** A feature's page: each of its parts is a component of its own. */
export function FeatureCard({ feature, graph, said, ablation, pinned, window, others }: Props) {
  const { dictionary, record, intervals, top_logits, bottom_logits, nearest } = feature;
  const { model, slug } = dictionary;
  const { built_from, feeds } = feature.connections;
  const shown = { ...pinned, ...(window !== "line" && { window }) };
  const hrefOf = (index: number) => featurePath(model, slug, index, shown);
  const windowHrefOf = (other: ExampleWindow) =>
    featurePath(model, slug, record.index, {
      ...pinned,
      ...(other !== "line" && { window: other }),
    });
  const textHrefOf = (interval: number, rank?: number) =>
    featureTextApiPath(model, slug, record.index, {
      interval,
      ...(rank !== undefined && { rank }),
      ...shown,
    });
  const dead = record.n_active === 0;
  const of = { model, slug, index: record.index, pinned };
  return (
    <>
      <FeatureHeading
        feature={feature}
        pinned={pinned}
        hrefOf={hrefOf}
        label={said.labels[0]?.text}
        listed={said.listed_as}
      />
      <CopyLinks />
      <SoftLinks />
      <div className="mt-6 space-y-4">
        <Summary feature={feature} />
        <Statistics record={record} tokens={feature.dashboard_tokens} />
      </div>
      <div className="mt-9 grid gap-x-10 gap-y-10 xl:grid-cols-[minmax(0,1fr)_25rem]">
        <div className="min-w-0 space-y-9">
          <TrySentence {...of} />
          {dead ? (
            <DeadFeature tokens={feature.dashboard_tokens} />
          ) : (
            <Examples
              intervals={intervals}
              max={record.max_activation}
              window={window}
              windowHrefOf={windowHrefOf}
              textHrefOf={textHrefOf}
            />
          )}
          {!dead && <Ablation {...of} view={ablation} />}
          {!dead && feature.datapoints && (
            <FeatureDatapoints
              datapoints={feature.datapoints}
              max={record.max_activation}
              hrefOf={(place) => datapointPath(model, slug, place, pinned)}
            />
          )}
        </div>
        <div className="grid content-start gap-9 max-xl:md:grid-cols-2">
          {!dead && <ActivationHistogram record={record} />}
          <Said said={said} />
          <LogitEffects record={record} top={top_logits} bottom={bottom_logits} />
          <NearestFeatures
            nearest={nearest}
            hrefOf={hrefOf}
            othersHref={featurePath(model, slug, record.index, { ...shown, others: "nearest" })}
            others={others}
          />
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
