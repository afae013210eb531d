import { sweepFlags } from "./sweep/config.ts";
import type { Verb } from "./verb.ts";

export const sweep: Verb = {
  words: "SWEEP_DIR",
  summary:
    "From text to many bundles in one pass over the model: every combination of the settings that are given several times (--hook_name A --hook_name B --k 16 --k 32), each in SWEEP_DIR/NAME as a run of its own would make it. Architectures take part in what they read: k, l1_coefficient or l0_coefficient. What is done already is not done again; what was broken off goes on.",
  flags: sweepFlags,
  run: async ([dir], given, context) => {
    const { runSweep } = await import("./sweep/run-sweep.ts");
    return runSweep(dir, given, context);
  },
};
