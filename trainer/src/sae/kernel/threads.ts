import { Worker } from "node:worker_threads";

/** The kernel's row and feature parts; as `PARTS` in kernels/state.h. */
export const PARTS = 16;

/** Kernel functions that work on one part, and so run on all threads. */
const phases = [
  "derive",
  "encode",
  "activate",
  "decode",
  "digits",
  "choose",
  "dead_quants",
  "back",
  "count",
  "place",
  "scatter",
  "dense_forward",
  "dense_back",
  "fused",
  "gather",
  "unit_rows",
  "nearest",
  "turn",
  "finish",
  "skip",
  "update",
  "update_skip",
] as const;
export type ParallelPhase = (typeof phases)[number];

/** Where the threads meet: one Int32Array, these indices. */
const slots = { generation: 0, phase: 1, next_part: 2, pending: 3, failed: 4 };

export type Threads = {
  /** Runs a phase over all parts and returns when all are done; this thread works too. */
  run(phase: ParallelPhase): void;
  dispose(): Promise<void>;
};

type Options = {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  exports: Record<string, (state: number, part: number, thread: number) => void>;
  /** address of the State */
  state: number;
  /** the top of each further thread's stack; its length is their number */
  stacks: number[];
};

export async function startThreads(options: Options): Promise<Threads> {
  const { module, memory, exports, state, stacks } = options;
  const control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(slots).length));
  const workers = stacks.map((stack_top, i) => {
    const thread = i + 1;
    return new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: {
        module,
        memory,
        stack_top,
        state,
        thread,
        phases,
        parts: PARTS,
        control,
        slots,
      },
      execArgv: [],
    });
  });
  const exits = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
  try {
    await Promise.all(workers.map(ready));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
  for (const worker of workers) worker.unref();

  function announce(phase: number): void {
    control[slots.phase] = phase;
    control[slots.next_part] = 0;
    control[slots.pending] = workers.length;
    Atomics.add(control, slots.generation, 1);
    Atomics.notify(control, slots.generation);
  }

  const next = () => Atomics.add(control, slots.next_part, 1);

  return {
    run(phase) {
      announce(phases.indexOf(phase));
      for (let part = next(); part < PARTS; part = next()) exports[phase](state, part, 0);
      for (let pending = -1; pending !== 0; pending = Atomics.load(control, slots.pending))
        if (pending > 0) Atomics.wait(control, slots.pending, pending);
      if (control[slots.failed])
        throw new Error(`the kernel failed in "${phase}" on a worker thread`);
    },
    async dispose() {
      announce(-1);
      for (const worker of workers) worker.ref();
      await Promise.all(exits);
    },
  };
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
}
