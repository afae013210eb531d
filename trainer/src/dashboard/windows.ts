import type { ActivationBlock } from "./activation-log.ts";

/** A stretch of a context in which a feature's activations are shown. */
export type Window = { feature: number; context: number; start: number };

/** Where a window of so many tokens around a position begins, moved to lie within the context. */
export function windowStart(position: number, window: number, context_size: number): number {
  const start = position - Math.floor(window / 2);
  return Math.max(0, Math.min(start, context_size - window));
}

/** Reads each window's activations out of the blocks: [windows.length · size]. */
export function readWindows(
  blocks: Iterable<ActivationBlock>,
  windows: Window[],
  { d_sae, size, context_size }: { d_sae: number; size: number; context_size: number },
): Float32Array {
  const out = new Float32Array(windows.length * size);
  const byContext = Uint32Array.from(windows.keys()).sort(
    (a, b) => windows[a].context - windows[b].context,
  );
  /** the context's windows by feature, as linked lists: the first's index, the next one's, or −1 */
  const first = new Int32Array(d_sae).fill(-1);
  const next = new Int32Array(windows.length).fill(-1);
  let context = -1;
  let from = 0;
  let to = 0;
  const enter = (entered: number) => {
    for (const w of byContext.subarray(from, to)) first[windows[w].feature] = -1;
    context = entered;
    from = to;
    while (from < byContext.length && windows[byContext[from]].context < context) from++;
    for (to = from; to < byContext.length && windows[byContext[to]].context === context; to++) {
      const { feature } = windows[byContext[to]];
      next[byContext[to]] = first[feature];
      first[feature] = byContext[to];
    }
  };

  for (const { first_context, places, acts } of blocks) {
    for (let i = 0; i < acts.n; i++) {
      const here = first_context + Math.floor(places[i] / context_size);
      if (here !== context) enter(here);
      const position = places[i] % context_size;
      for (let o = acts.offsets[i]; o < acts.offsets[i + 1]; o++)
        for (let w = first[acts.features[o]]; w >= 0; w = next[w]) {
          const at = position - windows[w].start;
          if (at >= 0 && at < size) out[w * size + at] = acts.values[o];
        }
    }
  }
  return out;
}
