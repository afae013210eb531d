import "server-only";
import { featureDatapointsLayout, pack } from "../packed.ts";

/** Datapoints of each order that are kept of a feature. */
const KEPT = 5;

type Entry = { datapoint: number; activation: number; ce_diff: number };
type Kept = { datapoints: number; worst: Entry[]; strongest: Entry[] };

/** Of each feature: at how many datapoints it is active, the worst of them, and where it is strongest. */
export class FeatureDatapoints {
  #searched = 0;
  #kept = new Map<number, Kept>();

  add(
    datapoint: number,
    ce_diff: number,
    { features, activations }: { features: number[]; activations: number[] },
  ): void {
    this.#searched++;
    features.forEach((feature, i) => {
      const kept = this.#kept.get(feature) ?? { datapoints: 0, worst: [], strongest: [] };
      this.#kept.set(feature, kept);
      const entry = { datapoint, activation: activations[i] ?? 0, ce_diff };
      kept.datapoints++;
      insert(kept.worst, entry, (one) => one.ce_diff);
      insert(kept.strongest, entry, (one) => one.activation);
    });
  }

  /** What is stored of a feature; null if nothing is known of any. */
  of(feature: number): Buffer | null {
    if (this.#searched === 0) return null;
    const { datapoints, worst, strongest } = this.#kept.get(feature) ?? nowhere;
    const row = {
      searched: this.#searched,
      datapoints,
      worst: worst.map((one) => one.datapoint),
      worst_activations: worst.map((one) => one.activation),
      strongest: strongest.map((one) => one.datapoint),
      strongest_activations: strongest.map((one) => one.activation),
    };
    return pack(featureDatapointsLayout, [row]);
  }
}

const nowhere: Kept = { datapoints: 0, worst: [], strongest: [] };

/** Keeps the list in falling order, and short; of equals the first stays before. */
function insert(list: Entry[], entry: Entry, by: (entry: Entry) => number): void {
  const last = list[KEPT - 1];
  if (last && by(last) >= by(entry)) return;
  const at = list.findIndex((one) => by(one) < by(entry));
  list.splice(at < 0 ? list.length : at, 0, entry);
  list.length = Math.min(list.length, KEPT);
}
