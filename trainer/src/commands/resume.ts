import { join } from "node:path";
import { UsageError } from "../bundle/index.ts";
import { computeConfig, groups } from "./config.ts";
import { readDerivation } from "./derived.ts";
import { ofSchema } from "./experiments/experiment-verb.ts";
import { experimentVerbs } from "./experiments/verbs.ts";
import { run } from "./run.ts";
import { isGrid, readConfig } from "./run-folder.ts";
import type { Verb } from "./verb.ts";

export const resume: Verb = {
  words: "RUN_OR_SWEEP_DIR",
  summary:
    "Goes on with a run, an import or a sweep, with the settings in its config.json, however it was broken off: what is done is not done again, and what comes of it has the same bytes as if nothing had happened. Flags say where and how fast, and change no result.",
  flags: { Machine: groups.machine.Machine.omit({ config: true }) },
  run: async ([dir], given, context) => {
    const derived = readDerivation(dir);
    if (derived) {
      const { verb, from, settings } = derived;
      const { run } =
        verb === "import"
          ? (await import("./import.ts")).importVerb
          : await experimentVerbs[verb].load();
      const where = verb === "import" ? given : ofSchema(computeConfig, given);
      return run([...from, dir], { ...settings, ...where }, context);
    }
    const saved = readConfig(dir);
    if (saved === null)
      throw new UsageError(
        `${dir}: there is nothing to go on with (expected ${join(dir, "config.json")}, as trainer run and trainer sweep write it)`,
      );
    if (!isGrid(saved)) return run.run([dir], given, context);
    const { runSweep } = await import("./sweep/run-sweep.ts");
    return runSweep(dir, given, context);
  },
};
