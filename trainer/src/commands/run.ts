import { groups } from "./config.ts";
import { dashboardStage } from "./dashboard.ts";
import { isImported } from "./derived.ts";
import { evaluateStage } from "./evaluate.ts";
import { harvestStage } from "./harvest.ts";
import { harvestAndTrain } from "./harvest-and-train.ts";
import { doStage, folders, inRunFolder } from "./stage-verb.ts";
import { tokenizeStage } from "./tokenize.ts";
import { trainStage } from "./train.ts";
import type { Verb } from "./verb.ts";

export const run: Verb = {
  words: "RUN_DIR",
  summary:
    "From text to bundle: tokenize, harvest and, meanwhile, train, then evaluate and dashboard in RUN_DIR. What is done already is not done again; what was broken off goes on.",
  flags: Object.assign({}, ...Object.values(groups)),
  run: ([dir], given, context) =>
    inRunFolder(dir, given, context, async (folder, context) => {
      const { openDevice } = await import("../model/devices/device.ts");
      const { device, precision } = folder.config;
      await openDevice(device, precision); // what cannot be had is said before any work
      await doStage(tokenizeStage, folder, context);
      if (isImported(dir)) context.say("run: its dictionary was imported, so nothing is trained");
      else if (folder.isDone("harvest") || folder.isDone("train"))
        for (const stage of [harvestStage, trainStage]) await doStage(stage, folder, context);
      else await harvestAndTrain(folder, context);
      for (const stage of [evaluateStage, dashboardStage]) await doStage(stage, folder, context);
      const { text, data } = await dashboardStage.outcome(folder);
      const next = `npx trainer upload ${folders.bundle(folder)} --to http://127.0.0.1:3000`;
      return { text: `${text}\n\nTo see it: ${next}`, data };
    }),
};
