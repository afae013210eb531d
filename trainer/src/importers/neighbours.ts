import type { Reading } from "../bundle/index.ts";
import type { ModelConfig } from "../model/config.ts";
import { hookNames, hookWidth, parseHookName } from "../model/hook-names.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Alternative } from "./alternatives.ts";

/** Activations by hook [n, width]; row n of one is row n of another. */
export type Sample = Map<string, Tensor>;

/** Hooks whose activations are others than those of the reading's and of each other. */
export function otherHooks(sample: Sample, reading: Reading): Alternative[] {
  return (["hook_name", "hook_name_out"] as const).flatMap((key) => {
    const own = reading[key];
    if (own === null) return [];
    const width = sample.get(own)?.shape[1];
    const seen = [sample.get(own) as Tensor];
    return neighboursIn([...sample.keys()], own).flatMap((name) => {
      const x = sample.get(name) as Tensor;
      if (x.shape[1] !== width || seen.some((other) => isEqual(other, x))) return [];
      seen.push(x);
      return [{ change: { [key]: name }, title: `${key} ${name}` }];
    });
  });
}

/** The hooks that one is easily taken for: the others of its block, the same of the next, as wide as it. */
export function neighbours(hook_name: string, config: ModelConfig): string[] {
  const width = hookWidth(hook_name, config);
  return neighboursIn(hookNames(config), hook_name).filter(
    (name) => hookWidth(name, config) === width,
  );
}

function neighboursIn(names: string[], hook_name: string): string[] {
  const own = parseHookName(hook_name);
  const place = (layer: number | null, site: string) =>
    layer ?? (site === "hook_embed" ? -1 : null);
  return names.filter((name) => {
    if (name === hook_name) return false;
    const { layer, site } = parseHookName(name);
    const [a, b] = [place(layer, site), place(own.layer, own.site)];
    if (a === null || b === null) return false;
    return a === b || (Math.abs(a - b) === 1 && (site === own.site || a === -1 || b === -1));
  });
}

function isEqual(a: Tensor, b: Tensor): boolean {
  return a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);
}
