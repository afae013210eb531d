import { Worker } from "node:worker_threads";

/** Beats in the time of a lease: two may be lost. */
const BEATS = 3;
/** Milliseconds between two signs of the main thread, and after which it counts as hanging. */
const SIGN = 5000;
const PATIENCE = 1_800_000;

type Held = { url: URL; token: string | null; claim: string; lease: number };

/** Keeps a group for this worker; its signal is aborted when another one has it. */
export function hold({ url, token, claim, lease }: Held): { lost: AbortSignal; release(): void } {
  const lost = new AbortController();
  const every = (1000 * lease) / BEATS;
  const thread = new Worker(new URL("./beat-thread.mjs", import.meta.url), {
    workerData: { url: url.href, token, claim, every, patience: PATIENCE },
    execArgv: [],
  });
  thread.on("message", () => lost.abort(new Error("another worker has taken the group over")));
  thread.on("error", (error) => lost.abort(error));
  const signs = setInterval(() => thread.postMessage("turned"), SIGN);
  return {
    lost: lost.signal,
    release() {
      clearInterval(signs);
      void thread.terminate();
    },
  };
}
