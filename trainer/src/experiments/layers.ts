import { z } from "zod";
import { type Evaluation, type LayerMetric, layerValues, type Sections } from "../bundle/index.ts";
import type { ModelConfig } from "../model/config.ts";
import { type HookName, hookNames, parseHookName, type Site, sites } from "../model/hook-names.ts";

export const layersConfig = z.object({
  sites: z
    .array(z.enum(sites))
    .nonempty()
    .default(["hook_mlp_out", "hook_resid_post"])
    .describe("where in each layer"),
  layers: z
    .array(z.int().nonnegative())
    .default([])
    .describe("layers, counted from 0; none: all of them"),
});

/** The hooks of a model that are asked for, in the order of its forward pass; one that it lacks is refused. */
export function layerHooks(
  config: Pick<ModelConfig, "n_layers" | "parallel_residual">,
  asked: z.output<typeof layersConfig>,
): HookName[] {
  const all = Array.from({ length: config.n_layers }, (_, layer) => layer);
  const layers = asked.layers.length > 0 ? asked.layers : all;
  const wanted = layers.flatMap((layer) =>
    asked.sites.map((site): HookName => `blocks.${layer}.${site}`),
  );
  for (const name of wanted) parseHookName(name, config);
  return hookNames(config).filter((name) => wanted.includes(name));
}

/** A dictionary as the table names it, and what its evaluation measured. */
type Measured = {
  name: string;
  weights_sha256: string;
  hook_name: string;
  metrics: Evaluation["metrics"];
};

/** A row of the per-layer table for each dictionary, in their order. */
export function layerRows(dictionaries: Measured[]): NonNullable<Sections["layers"]>["rows"] {
  const rows = dictionaries.map(({ metrics, ...named }) => {
    const { layer, site } = parseHookName(named.hook_name) as { layer: number; site: Site };
    const names = Object.keys(layerValues.shape) as LayerMetric[];
    const values = Object.fromEntries(names.map((name) => [name, metrics[name]?.value ?? null]));
    return { ...named, layer, site, values: layerValues.parse(values) };
  });
  return rows as NonNullable<Sections["layers"]>["rows"];
}
