import { Braces } from "lucide-react";
import {
  datapointApiPath,
  datapointPath,
  datapointsPath,
  dictionaryPath,
  featurePath,
  modelPath,
} from "@/lib/routes.ts";
import type { DatapointPlace, DatapointView } from "@/lib/views.ts";
import { ArrowKeys } from "../ui/arrow-keys.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { TokenChip } from "../ui/token.tsx";
import { Turn } from "../ui/turn.tsx";
import { ActiveFeatures } from "./active-features.tsx";
import { ContextText } from "./context-text.tsx";
import { rankText } from "./describe.ts";
import { formatFigure } from "./figure-term.tsx";
import { Figures } from "./figures.tsx";
import { Layers } from "./layers.tsx";
import { LossesTable } from "./losses-table.tsx";

type Props = { datapoint: DatapointView; pinned: { revision?: string } };

export function DatapointCard({ datapoint, pinned }: Props) {
  const { dictionary, context, position, tokens, figures } = datapoint;
  const { model, slug } = dictionary;
  const hrefOf = (place: DatapointPlace) => datapointPath(model, slug, place, pinned);
  const at = (position: number) => hrefOf({ context, position });
  const worse = datapoint.next_worse && hrefOf(datapoint.next_worse);
  const better = datapoint.next_better && hrefOf(datapoint.next_better);
  return (
    <>
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: modelPath(model), text: model },
          { href: dictionaryPath(model, slug, pinned), text: slug },
          { href: datapointsPath(model, slug, pinned), text: "datapoints" },
        ]}
        title={`Datapoint ${context}/${position}`}
        lead={
          <>
            After <TokenChip token={tokens[position]?.token ?? ""} /> comes{" "}
            <TokenChip token={tokens[position + 1]?.token ?? ""} />. With x̂ for x at{" "}
            <code className="text-[0.8125rem] text-ink">{dictionary.hook_name}</code> the model
            predicts it {figures.ce_diff > 0 ? "worse" : "better"} by{" "}
            {formatFigure("ce_diff", Math.abs(figures.ce_diff)).replace("+", "")} nats:{" "}
            {rankText(datapoint)}.
          </>
        }
        actions={
          <>
            <Turn href={worse} label="Next worse datapoint" to="previous" />
            <Turn href={better} label="Next better datapoint" to="next" />
            <CopyButton text={at(position)} label="Copy link to this datapoint">
              Copy link
            </CopyButton>
            <a href={datapointApiPath(model, slug, datapoint, pinned)} className="button">
              <Braces aria-hidden="true" size={14} /> JSON
            </a>
          </>
        }
      />
      <ArrowKeys previous={worse} next={better} />
      <div className="mt-6 space-y-9">
        <Figures datapoint={datapoint} />
        <ContextText datapoint={datapoint} hrefOf={at} />
        <div className="grid gap-x-10 gap-y-9 xl:grid-cols-2">
          <ActiveFeatures
            active={datapoint.active}
            hrefOf={(index) => featurePath(model, slug, index, pinned)}
          />
          <Layers datapoint={datapoint} pinned={pinned} />
        </div>
        <LossesTable datapoint={datapoint} hrefOf={at} />
      </div>
    </>
  );
}
