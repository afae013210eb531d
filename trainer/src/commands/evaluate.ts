import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Evaluation, Metrics } from "../bundle/index.ts";
import { groups } from "./config.ts";
import { folders, type StageWork, stageVerb } from "./stage-verb.ts";
import { metricsTable } from "./summary.ts";

export const evaluateStage: StageWork = {
  name: "evaluate",
  async work(run, context) {
    const { config } = run;
    const { report, signal } = context;
    const { evaluate } = await import("../evaluate/evaluate.ts");
    const { opened } = await import("./opened.ts");
    await opened(run, context, async (parts) => {
      const { held_out_contexts } = parts.tokens;
      const { hook_name, hook_name_out, seed } = config;
      const dir = folders.bundle(run);
      await evaluate(config, {
        ...parts,
        hook_name,
        hook_name_out,
        seed,
        held_out_contexts,
        dir,
        report,
        signal,
      });
    });
  },
  async outcome(run) {
    const path = join(folders.bundle(run), "evaluation.json");
    const { metrics }: Evaluation = JSON.parse(await readFile(path, "utf8"));
    const values = Object.fromEntries(
      Object.entries(metrics).map(([name, { value }]) => [name, value]),
    ) as Metrics;
    return { text: `${path}\n\n${metricsTable(values)}`, data: { path, metrics: values } };
  },
};

export const evaluate = stageVerb(
  evaluateStage,
  "Measures the autoencoder on the text that was held out, in RUN_DIR/bundle/evaluation.json.",
  groups.evaluate,
);
