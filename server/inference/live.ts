import "server-only";
import { join } from "node:path";
import type { LiveAnswers, LiveRequest } from "trainer/bundle";
import { env } from "../env.ts";
import { LiveProcess } from "./live-process.ts";

/** One process for all copies of this module (see db.ts). */
const shared = globalThis as typeof globalThis & { hubLive?: LiveProcess };

const MOST_WAITING = 16;
const IDLE_SECONDS = 600;

/** What a model and its dictionaries say, computed now. */
export function askLive<R extends LiveRequest>(
  request: R,
  signal?: AbortSignal,
): Promise<LiveAnswers[R["kind"]]> {
  shared.hubLive ??= start();
  return shared.hubLive.ask(request, signal);
}

/** Ends the process; the next question starts another. */
export function stopLive(): void {
  shared.hubLive?.stop();
  shared.hubLive = undefined;
}

function start(): LiveProcess {
  const { DATA_DIR, MODELS_DIR, INFERENCE_BYTES, INFERENCE_SECONDS } = env();
  const settings = {
    models_dir: MODELS_DIR ?? join(DATA_DIR, "models"),
    limit_bytes: INFERENCE_BYTES,
  };
  return new LiveProcess({
    // by a name that the bundler does not follow: it is the trainer's, and runs from its sources
    program: [process.cwd(), "trainer", "bin", "inference.mjs"].join("/"),
    args: [JSON.stringify(settings)],
    seconds: INFERENCE_SECONDS,
    most_waiting: MOST_WAITING,
    idle_seconds: IDLE_SECONDS,
  });
}
