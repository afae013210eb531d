import { Worker } from "node:worker_threads";
import type { InferenceSession } from "onnxruntime-node";
import type { BuiltModel } from "./graph.ts";

type Floats = Record<string, Float32Array>;
export type Feed = { shape: number[]; data: Float32Array | Int32Array };
type Actions = {
  create: Pick<BuiltModel, "bytes" | "given"> & {
    id: number;
    options: InferenceSession.SessionOptions;
  };
  run: { id: number; feeds: Record<string, Feed & { type: string }> };
  release: { id: number };
};
type Results = { create: undefined; run: Floats; release: undefined };
type Answer = { request: number; result: never; error?: Error };
type Waiting = { resolve: (result: never) => void; reject: (error: Error) => void };

/**
 * The thread on which ONNX Runtime works, one for all sessions: `run` keeps its thread until it is done, and the
 * flushing of denormal numbers that sessions ask for (sessions.ts) holds for the whole of the thread that made them.
 */
let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let requests = 0;

/** Has the thread do something; the process does not end before it is done. */
export function ask<Action extends keyof Actions>(
  action: Action,
  input: Actions[Action],
): Promise<Results[Action]> {
  worker ??= start();
  worker.ref();
  const request = requests++;
  return new Promise((resolve, reject) => {
    waiting.set(request, { resolve, reject });
    worker?.postMessage({ request, action, input });
  });
}

function start(): Worker {
  // Else it notes each session down in the user's home and sends that to its maker.
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const started = new Worker(new URL("./runtime-worker.mjs", import.meta.url), { execArgv: [] });
  started.on("message", ({ request, result, error }: Answer) => {
    const { resolve, reject } = waiting.get(request) as Waiting;
    waiting.delete(request);
    if (waiting.size === 0) started.unref();
    if (error) reject(error);
    else resolve(result);
  });
  started.on("error", (error) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return started;
}
