import { z } from "zod";
import { groups } from "./config.ts";
import type { Verb } from "./verb.ts";

const workerFlags = z.object({
  hub: z.string().describe("address of the hub whose queue is worked on"),
  dir: z
    .string()
    .default("runs/worker")
    .describe("folder to work in; groups of a sweep share what they can there"),
  once: z.boolean().default(false).describe("end when no group waits, instead of waiting for one"),
});

/** The others are the sweep's, or for the worker to say. */
const machineFlags = groups.machine.Machine.omit({
  precision: true,
  cache: true,
  report: true,
  config: true,
});

export const worker: Verb = {
  words: "",
  summary:
    "Trains sweeps that were sent to a hub (trainer sweep SWEEP_DIR … --to URL), a group at a time, on as many machines as run it. Each run is seen on the hub while it trains, each bundle is sent there; what a worker leaves undone another takes up.",
  flags: { Work: workerFlags, Machine: machineFlags },
  run: async (_words, given, context) => {
    const { checkConfig } = await import("./flags.ts");
    const { workOn } = await import("./worker/work.ts");
    const flags = checkConfig(workerFlags.extend(machineFlags.shape), given);
    return workOn(flags, context);
  },
};
