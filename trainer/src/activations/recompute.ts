import { computeChunk } from "./compute.ts";
import type { Origin, Plan } from "./plan.ts";
import type { RowBytes } from "./source.ts";

export type HookPair = { hook_name: string; hook_name_out: string | null };

/** Gives the rows of a chunk that is not kept, as a harvest would have kept them. */
export type Recompute = (i: number) => Promise<RowBytes>;

/** Chunks that are remembered: sources that are read side by side ask for the same within so many. */
const REMEMBERED = 16;

/** Computes chunks again for any number of sources: those that are read side by side share one pass over the model. */
export function recomputing(plan: Plan, origin: Origin): (hooks: HookPair) => Recompute {
  const wanted = new Set<string>();
  const recent = new Map<number, Promise<Record<string, Uint8Array>>>();

  async function compute(i: number): Promise<Record<string, Uint8Array>> {
    const hooks = plan.hooks.filter(({ hook_name }) => wanted.has(hook_name));
    const bytes = await computeChunk({ ...plan, hooks }, plan.chunks[i], origin);
    return Object.fromEntries(hooks.map(({ hook_name }, at) => [hook_name, bytes[at]]));
  }
  function computed(i: number): Promise<Record<string, Uint8Array>> {
    const found = recent.get(i) ?? compute(i);
    recent.delete(i);
    recent.set(i, found);
    for (const oldest of recent.keys()) {
      if (recent.size <= REMEMBERED) break;
      recent.delete(oldest);
    }
    return found;
  }

  return ({ hook_name, hook_name_out }) => {
    for (const name of [hook_name, hook_name_out]) if (name !== null) wanted.add(name);
    recent.clear(); // what was computed before lacks the new hooks
    return async (i) => {
      const bytes = await computed(i);
      return { x: bytes[hook_name], y: hook_name_out === null ? null : bytes[hook_name_out] };
    };
  };
}
