import { type MetricName, metrics as table } from "trainer/bundle";
import { formatMetric } from "@/lib/metrics.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { CardFrame, card } from "../hub/card-frame.tsx";
import { architectureText, sizeText } from "./describe.ts";

const shown: MetricName[] = ["l0", "ce_loss_recovered", "fvu", "dead_fraction"];

/** The picture of a dictionary for link previews: what it is, and its four main numbers. */
export function DictionaryCardImage({ dictionary }: { dictionary: DictionarySummary }) {
  return (
    <CardFrame place={dictionary.model} title={dictionary.slug}>
      <div style={{ display: "flex", flexDirection: "column", color: card.ink2, fontSize: 30 }}>
        <span>{sizeText(dictionary)}</span>
        <span>
          {dictionary.hook_name}, {architectureText(dictionary)}
        </span>
      </div>
      <div style={{ display: "flex", justifyContent: "space-between" }}>
        {shown.map((name) => (
          <div key={name} style={{ display: "flex", flexDirection: "column" }}>
            <span style={{ color: card.ink2, fontSize: 24 }}>{table[name].title}</span>
            <span style={{ fontSize: 60, fontWeight: 700, letterSpacing: -2 }}>
              {formatMetric(name, dictionary.metrics[name])}
            </span>
          </div>
        ))}
      </div>
    </CardFrame>
  );
}
