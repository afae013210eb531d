import type { z } from "zod";
import { type LayerMetric, layerValues, metrics } from "../../bundle/index.ts";
import { layerHooks, layerRows, layersConfig } from "../../experiments/layers.ts";
import { checkConfig } from "../flags.ts";
import { writeMetric } from "../summary.ts";
import { sweptModel } from "../sweep/folder.ts";
import type { Verb } from "../verb.ts";
import { ofSchema } from "./experiment-verb.ts";
import {
  namedDictionary,
  runFlagsWithout,
  type SweptExperiment,
  sparsityOf,
  trainSwept,
} from "./swept.ts";

export const layers: Verb = {
  words: "DIR",
  summary:
    "Trains and measures a dictionary at several sites of every layer, all with the same settings and in one pass over the model, each in DIR/NAME as a run of its own would make it. The table goes into evaluation.json of each bundle. What is done already is not done again; what was broken off goes on.",
  flags: { Layers: layersConfig, ...runFlagsWithout(["hook_name", "hook_name_out", "name"]) },
  run: async ([dir], given, context) => {
    const asked = checkConfig(layersConfig, ofSchema(layersConfig, given));
    const { sites: _sites, layers: _layers, ...settings } = given;
    const hook_name = layerHooks(await sweptModel(dir, settings, context), asked);
    return trainSwept(experiment(asked), dir, { ...settings, hook_name }, context);
  },
};

function experiment(asked: z.output<typeof layersConfig>): SweptExperiment<"layers"> {
  return {
    name: "layers",
    section(runs) {
      const [{ run, evaluation }] = runs;
      const { d_sae, train_tokens, seed } = run.config;
      return {
        seed,
        tokens: evaluation.metrics.l0.tokens,
        config: { ...asked, ...sparsityOf({ run }), d_sae, train_tokens },
        rows: layerRows(
          runs.map(({ manifest, evaluation }) => ({
            ...namedDictionary({ manifest }),
            hook_name: manifest.sae.hook_name,
            metrics: evaluation.metrics,
          })),
        ),
      };
    },
    text({ rows }) {
      const names = Object.keys(layerValues.shape) as LayerMetric[];
      const widthOf = (name: LayerMetric) => Math.max(8, metrics[name].title.length) + 2;
      const head = names.map((name) => metrics[name].title.padStart(widthOf(name)));
      const lines = rows.map(({ hook_name, values }) =>
        [
          hook_name.padEnd(26),
          ...names.map((name) =>
            writeMetric(values[name] ?? undefined, name).padStart(widthOf(name)),
          ),
        ].join(""),
      );
      return [["hook".padEnd(26), ...head].join(""), ...lines].join("\n");
    },
  };
}
