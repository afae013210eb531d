import type { LayerMetric, Sections } from "trainer/bundle";
import { formatMetric } from "@/lib/metrics.ts";
import type { ModelQuery } from "@/lib/model-query.ts";

export type LayersSection = NonNullable<Sections["layers"]>;
export type LayerRow = LayersSection["rows"][number];

const siteTitles: Record<string, string> = {
  hook_resid_post: "residual stream",
  hook_resid_pre: "residual stream before the layer",
  hook_resid_mid: "residual stream between attention and MLP",
  hook_mlp_out: "MLP output",
  hook_attn_out: "attention output",
  "mlp.hook_post": "MLP neurons",
  "attn.hook_z": "attention heads",
};

export function siteTitle(site: string): string {
  return siteTitles[site] ?? site;
}

/** blocks.3.hook_resid_post → 3 resid_post */
export function shortHook(hook_name: string): string {
  return hook_name.replace(/^blocks\.(\d+)\.(.*)$/, "$1 $2").replace("hook_", "");
}

/** blocks.3.hook_resid_post → res3, as in dictionaries' names: where there is hardly any room */
export function shortestHook(hook_name: string): string {
  const [, layer, site = ""] = /^blocks\.(\d+)\.(.*)$/.exec(hook_name) ?? [];
  const short = { hook_resid_post: "res", hook_mlp_out: "mlp", hook_attn_out: "att" }[site];
  return short ? `${short}${layer}` : shortHook(hook_name);
}

/** The rows of each site, in the order of the layers, those of the residual stream first. */
export function bySite(rows: readonly LayerRow[]): { site: string; rows: LayerRow[] }[] {
  const sites = [...new Set(rows.map(({ site }) => site))];
  return sites
    .map((site) => ({ site, rows: rows.filter((row) => row.site === site) }))
    .sort((a, b) => Number(b.site === "hook_resid_post") - Number(a.site === "hook_resid_post"));
}

/** A table's rows as they are asked for; what is not known comes last whatever the order. */
export function sortedRows(
  rows: readonly LayerRow[],
  { sort, order }: Pick<ModelQuery, "sort" | "order">,
): LayerRow[] {
  const sign = order === "asc" ? 1 : -1;
  if (sort === "hook") return sign === 1 ? [...rows] : [...rows].reverse();
  return rows.toSorted(({ values: { [sort]: a } }, { values: { [sort]: b } }) =>
    a === null || b === null ? Number(a === null) - Number(b === null) : sign * (a - b),
  );
}

/** "Residual stream: from layer 0 to layer 5 CE-diff goes from 0.02 to 0.10 nats, FVU from 0.03 to 0.13." for each site. */
export function layerVerdicts(rows: readonly LayerRow[]): string[] {
  return bySite(rows).map(({ site, rows }) => {
    const [first, last] = [rows[0] as LayerRow, rows.at(-1) as LayerRow];
    const title = capitalised(siteTitle(site));
    const at = (name: LayerMetric, { values }: LayerRow) =>
      formatMetric(name, values[name] ?? undefined);
    if (first === last)
      return `${title}, layer ${first.layer}: CE-diff ${at("ce_diff", first)} nats, FVU ${at("fvu", first)}.`;
    const span = (name: LayerMetric) => `from ${at(name, first)} to ${at(name, last)}`;
    return `${title}: from layer ${first.layer} to layer ${last.layer} CE-diff goes ${span("ce_diff")} nats, CE loss recovered ${span("ce_loss_recovered")}, FVU ${span("fvu")}.`;
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
