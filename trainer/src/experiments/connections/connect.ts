import { Worker } from "node:worker_threads";
import type { Report } from "../../bundle/index.ts";
import type { ConnectConfig } from "./config.ts";
import { type Connected, connector } from "./connector.ts";
import { type Samples, shared } from "./samples.ts";

/** Output features between two looks at the clock. */
const AT_A_TIME = 8;

export type ConnectInput = Samples & { threads: number; report?: Report; signal?: AbortSignal };

/** What a thread is given: it takes features first, first + every, … */
export type Share = { samples: Samples; config: ConnectConfig; first: number; every: number };

/** Connects every output feature, shared out among threads; the rows do not depend on their number. */
export async function connect(
  { train, heldOut, d_from, d_to, threads, report, signal }: ConnectInput,
  config: ConnectConfig,
): Promise<Connected[]> {
  const samples = { train, heldOut, d_from, d_to };
  const connected: Connected[] = [];
  let done = 0;
  const add = (rows: Connected[]) => {
    for (const row of rows) connected[row.feature] = row;
    done += rows.length;
    report?.({ stage: "connect", done, total: d_to, unit: "features" });
  };
  add([]);
  if (threads === 1) await connectHere(samples, config, add, signal);
  else await connectOnThreads(shared(samples), config, threads, add, signal);
  return connected;
}

async function connectHere(
  samples: Samples,
  config: ConnectConfig,
  add: (rows: Connected[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const rowOf = connector(samples, config);
  for (let f = 0; f < samples.d_to; f++) {
    if (f % AT_A_TIME === 0) await new Promise(setImmediate); // or Ctrl-C would wait for the end
    signal?.throwIfAborted();
    add([rowOf(f)]);
  }
}

async function connectOnThreads(
  samples: Samples,
  config: ConnectConfig,
  threads: number,
  add: (rows: Connected[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const workers = Array.from({ length: threads }, (_, first) => {
    const share: Share = { samples, config, first, every: threads };
    return new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: share,
      execArgv: [],
    });
  });
  try {
    await Promise.all(workers.map((worker) => finished(worker, add, signal)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function finished(
  worker: Worker,
  add: (rows: Connected[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    worker.on("message", add);
    worker.once("error", reject);
    worker.once("exit", () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
  });
}
