import { openTokens } from "../text/token-file.ts";
import { groups } from "./config.ts";
import { folders, type StageWork, stageVerb } from "./stage-verb.ts";

export const harvestStage: StageWork = {
  name: "harvest",
  async work(run, context) {
    const { config } = run;
    const { report, signal } = context;
    const { harvest } = await import("../activations/harvest.ts");
    const { loadedModel } = await import("./loaded-model.ts");
    const tokens = await openTokens(folders.tokens(run));
    const { model } = await loadedModel(run, context);
    try {
      await harvest(config, { dir: folders.activations(run), model, tokens, report, signal });
    } finally {
      tokens.close();
      await model.dispose();
    }
  },
  async outcome(run) {
    const { openActivations } = await import("../activations/open-activations.ts");
    const dir = folders.activations(run);
    const { rows, d_in, header } = await openActivations(dir);
    const text = `${dir}: ${rows} activations of ${d_in} at ${header.hook_name}`;
    return { text, data: { dir, rows, d_in, hook_name: header.hook_name } };
  },
};

export const harvest = stageVerb(
  harvestStage,
  "Runs the model over the contexts and keeps its activations at a hook, in RUN_DIR/activations.",
  groups.harvest,
);
