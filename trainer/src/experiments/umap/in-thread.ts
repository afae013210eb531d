import { Worker } from "node:worker_threads";
import type { Progress, Report } from "../../bundle/index.ts";
import type { MapInput, Mapped } from "./map-datapoints.ts";

export type FromThread = { progress: Progress } | { mapped: Mapped };

/** What `mapDatapoints` finds, in a thread of its own, which ends at once when it is told to. */
export async function mapInThread(
  workerData: MapInput,
  report: Report,
  signal: AbortSignal,
): Promise<Mapped> {
  signal.throwIfAborted();
  const thread = new Worker(new URL("./thread.mjs", import.meta.url), { workerData, execArgv: [] });
  try {
    return await new Promise<Mapped>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      thread.on("error", reject);
      thread.on("message", (message: FromThread) => {
        if ("mapped" in message) resolve(message.mapped);
        else report(message.progress);
      });
    });
  } finally {
    await thread.terminate();
  }
}
