"use client";

import { useState } from "react";
import { hookSites, parseHook } from "@/lib/hooks.ts";
import type { ModelSummary } from "@/lib/views.ts";
import type { Part } from "./parts.ts";

export type Model = Pick<ModelSummary, "slug" | "n_layers">;

type ControlProps = {
  part: Part;
  known: Model | undefined;
  models: Model[];
  setModel: (model: string) => void;
  setRule: (rule: string) => void;
  k: boolean;
};

/** What one part of a reading is changed by. */
export function Control({ part, known, models, setModel, setRule, k }: ControlProps) {
  const { key, control, choices, value, required } = part;
  const common = { name: key, defaultValue: value, className: "field w-full", required };
  if (control === "choice")
    return (
      <select
        {...common}
        onChange={({ target }) => key === "architecture" && setRule(target.value)}
      >
        {value === "" && <option value="">choose…</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {{ true: "yes", false: "no" }[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  if (control === "count") return <input type="number" min={1} step={1} {...common} required={k} />;
  if (control === "number") return <input type="number" step="any" min={0} {...common} />;
  if (control === "model")
    return (
      <>
        <input
          {...common}
          list="import-models"
          placeholder="ORG/NAME, or one of this hub's"
          onChange={({ target }) => setModel(target.value)}
        />
        <datalist id="import-models">
          {models.map(({ slug }) => (
            <option key={slug} value={slug} />
          ))}
        </datalist>
      </>
    );
  if (control === "hook" && known && (value === "" || parseHook(value)))
    return <HookChoice name={key} value={value} n_layers={known.n_layers} />;
  return <input {...common} placeholder={required ? "blocks.3.hook_resid_post" : "none"} />;
}

type HookProps = { name: string; value: string; n_layers: number };

/** A hook by its site and layer, of a model whose layers are known. */
function HookChoice({ name, value, n_layers }: HookProps) {
  const given = parseHook(value);
  const [site, setSite] = useState(given?.site ?? "");
  const [layer, setLayer] = useState(String(given?.layer ?? ""));
  const inBlock = site !== "" && hookSites[site as keyof typeof hookSites];
  const layers = Array.from({ length: n_layers }, (_, i) => String(i));
  const hook = inBlock ? (layer === "" ? "" : `blocks.${layer}.${site}`) : site;
  return (
    <span className="flex gap-2">
      <input type="hidden" name={name} value={hook} />
      <select
        aria-label="Site"
        required
        value={site}
        onChange={({ target }) => setSite(target.value)}
        className="field min-w-0 flex-1"
      >
        <option value="">site…</option>
        {Object.keys(hookSites).map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      {inBlock && (
        <select
          aria-label="Layer"
          required
          value={layer}
          onChange={({ target }) => setLayer(target.value)}
          className="field w-20"
        >
          <option value="">layer…</option>
          {[...layers, ...(layer === "" || layers.includes(layer) ? [] : [layer])].map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
    </span>
  );
}
