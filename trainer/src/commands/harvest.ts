import { openTokens } from "../text/token-file.ts";
import { groups, threadsOf } from "./config.ts";
import { modelOf } from "./run-model.ts";
import { folders, type StageWork, stageVerb } from "./stage-verb.ts";

export const harvestStage: StageWork = {
  name: "harvest",
  async work(run, context) {
    const { config } = run;
    const { report, signal } = context;
    const { harvest } = await import("../activations/harvest.ts");
    const { loadModel } = await import("../model/model.ts");
    const { openDevice } = await import("../model/devices/device.ts");
    await openDevice(config.device, config.precision); // before anything is fetched for it
    const { dir, id } = await modelOf(run, context);
    const tokens = await openTokens(folders.tokens(run));
    const { device, precision } = config;
    const options = { report, signal, threads: threadsOf(config), id, device, precision };
    const model = await loadModel(dir, options);
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
