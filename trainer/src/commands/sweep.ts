import { z } from "zod";
import { checkConfig } from "./flags.ts";
import { sweepFlags } from "./sweep/config.ts";
import type { Verb } from "./verb.ts";

const queueFlags = z.object({
  to: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "address of a hub, to whose queue the sweep is sent under SWEEP_DIR's name, for trainer worker on any number of machines; null: it is trained here",
    ),
});

export const sweep: Verb = {
  words: "SWEEP_DIR",
  summary:
    "From text to many bundles in one pass over the model: every combination of the settings that are given several times (--hook_name A --hook_name B --k 16 --k 32), each in SWEEP_DIR/NAME as a run of its own would make it. Architectures take part in what they read: k, l1_coefficient or l0_coefficient. What is done already is not done again; what was broken off goes on.",
  flags: { ...sweepFlags, Queue: queueFlags },
  run: async ([dir], { to, ...given }, context) => {
    const queue = checkConfig(queueFlags, to === undefined ? {} : { to });
    if (queue.to !== null) {
      const { submitSweep } = await import("./sweep/submit.ts");
      return submitSweep(dir, given, queue.to);
    }
    const { runSweep } = await import("./sweep/run-sweep.ts");
    return runSweep(dir, given, context);
  },
};
