import type { HarvestConfig } from "./config.ts";
import { computeChunk, type Origin, planHarvest } from "./plan.ts";
import type { ActivationSource } from "./source.ts";

/** The activations that `harvest` would write, computed each time they are asked for. */
export function modelActivations(config: HarvestConfig, origin: Origin): ActivationSource {
  const plan = planHarvest(config, origin);
  return {
    d_in: plan.d_in,
    d_out: null,
    rows: plan.chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: plan.chunks.length,
    chunkRows: (i) => plan.chunks[i].rows,
    chunk: async (i) => ({ x: await computeChunk(plan, plan.chunks[i], origin), y: null }),
  };
}
