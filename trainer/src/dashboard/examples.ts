import type { ExampleRecord } from "../bundle/index.ts";
import type { ActivationBlock } from "./activation-log.ts";
import type { DashboardConfig } from "./config.ts";
import type { Distribution } from "./distribution.ts";
import type { Place, TopExamples } from "./top-examples.ts";
import { readWindows, windowStart } from "./windows.ts";

type ChosenExample = Place & Omit<ExampleRecord, "window_start" | "activations">;

/** Every feature's top examples (interval 0) and those sampled from its intervals (1 …, highest first). */
export function chooseExamples(
  max: Float32Array,
  top: TopExamples,
  distribution: Distribution,
): ChosenExample[] {
  const chosen: ChosenExample[] = [];
  for (const [feature, max_activation] of max.entries()) {
    if (max_activation === 0) continue;
    const groups = [
      { min: 0, max: max_activation, share: null, examples: top.of(feature) },
      ...distribution.intervals(feature),
    ];
    for (const [interval, { min, max, share, examples }] of groups.entries())
      for (const [rank, place] of examples.entries())
        chosen.push({
          feature,
          interval,
          interval_min: min,
          interval_max: max,
          interval_share: share,
          rank,
          ...place,
        });
  }
  return chosen;
}

/** The rows of examples.parquet: the chosen places with the activations around them. */
export function* exampleRows(
  chosen: ChosenExample[],
  blocks: Iterable<ActivationBlock>,
  sizes: Pick<DashboardConfig, "example_window"> & { d_sae: number; context_size: number },
  report: (share: number) => void,
): Generator<ExampleRecord> {
  const { d_sae, context_size } = sizes;
  const size = Math.min(sizes.example_window, context_size);
  const windows = chosen.map(({ feature, context, position }) => ({
    feature,
    context,
    start: windowStart(position, size, context_size),
  }));
  const activations = readWindows(blocks, windows, { d_sae, size, context_size });
  for (const [w, { activation: _, ...example }] of chosen.entries()) {
    if (w % 1024 === 0) report(w / chosen.length);
    yield {
      ...example,
      window_start: windows[w].start,
      activations: Array.from(activations.subarray(w * size, (w + 1) * size)),
    };
  }
}
