import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "../../bundle/cfg.ts";
import { type Manifest, type MetricName, manifest, metrics } from "../../bundle/index.ts";
import { hasK } from "../../sae/config.ts";
import { dictionaryName } from "../name.ts";
import { folders } from "../stage-verb.ts";
import { writeMetric } from "../summary.ts";
import type { Outcome } from "../verb.ts";
import type { Sweep, SweepRun } from "./folder.ts";
import { paretoSvg } from "./pareto.ts";
import type { Diverged } from "./train.ts";

/** What a sweep says of one of its dictionaries: sweep.json holds a list of these. */
export type SweepResult = {
  name: string;
  hook_name: string;
  hook_name_out: string | null;
  architecture: Architecture;
  d_in: number;
  d_sae: number;
  k: number | null;
  l1_coefficient: number | null;
  l0_coefficient: number | null;
  seed: number;
  /** what else is swept, as in the name: "-lr0.001-seed1" */
  variant: string;
  /** of the bundle; null when there is none */
  metrics: Manifest["metrics"] | null;
  /** why there is no bundle */
  diverged: string | null;
};

/** The columns of the table that is printed. */
const shown: MetricName[] = ["l0", "fvu", "ce_loss_recovered", "dead_fraction"];

/** Writes pareto.svg and, last, sweep.json, and says what they hold. */
export function writeResults({ dir, runs, widthAt }: Sweep, diverged: Diverged): Outcome {
  const dictionaries = runs.map((one) => resultOf(one, widthAt, diverged.get(one.name) ?? null));
  const [plot, path] = [join(dir, "pareto.svg"), join(dir, "sweep.json")];
  writeWhole(plot, paretoSvg(dictionaries));
  writeWhole(path, `${JSON.stringify({ version: 1, dictionaries }, null, 2)}\n`);
  const text = `${path}\n${plot}\n\n${resultsTable(dictionaries)}`;
  const failed = diverged.size === runs.length;
  return { text, data: { dir, plot, dictionaries }, failed };
}

function resultOf(
  { name, run }: SweepRun,
  widthAt: Sweep["widthAt"],
  diverged: string | null,
): SweepResult {
  const { hook_name, hook_name_out, architecture, d_sae, seed } = run.config;
  const d_in = widthAt(hook_name);
  const { k, l1_coefficient, l0_coefficient } = run.config;
  const hasL1 = architecture === "standard" || architecture === "gated";
  return {
    name,
    hook_name,
    hook_name_out,
    architecture,
    d_in,
    d_sae,
    k: hasK(architecture) ? k : null,
    l1_coefficient: hasL1 ? l1_coefficient : null,
    l0_coefficient: architecture === "jumprelu" ? l0_coefficient : null,
    seed,
    variant: name.slice(dictionaryName(run.config, d_in).length),
    metrics: diverged === null ? metricsOf(folders.bundle(run)) : null,
    diverged,
  };
}

function metricsOf(bundle: string): Manifest["metrics"] {
  return manifest.parse(JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"))).metrics;
}

/** One dictionary to a line. */
function resultsTable(dictionaries: SweepResult[]): string {
  const width = Math.max(10, ...dictionaries.map(({ name }) => name.length)) + 2;
  const titles = shown.map((name) => metrics[name].title.padStart(18));
  const lines = dictionaries.map(({ name, metrics: values, diverged }) =>
    [
      name.padEnd(width),
      ...(values
        ? shown.map((metric) => writeMetric(values[metric], metric).padStart(18))
        : [`  ${diverged}`]),
    ].join(""),
  );
  return ["dictionary".padEnd(width) + titles.join(""), ...lines].join("\n");
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}
