import { Worker } from "node:worker_threads";
import type { Report, RunAnnouncement, RunStatus } from "../bundle/index.ts";
import { parseUrl } from "./hub.ts";
import { readToken } from "./hub-link.ts";

export type ThreadData = { hub: string; token: string | null };
type Now = Pick<RunStatus, "stage" | "done" | "total">;
export type Ending = Pick<RunStatus, "state" | "error" | "manifest_sha256">;
export type ToThread = { id: string } & (
  | { kind: "open"; run: RunAnnouncement }
  | { kind: "progress"; now: Now }
  | { kind: "end"; how: Ending }
);
export type FromThread = { kind: "ended"; id: string } | { kind: "say"; text: string };

/** Milliseconds between two messages of progress, and for which the end of a run waits for the hub. */
const EVERY = 500;
const PATIENCE = 5000;

/** Tells a hub of runs, in a thread of its own. Whatever happens to it, the runs go on. */
export class Reporter {
  readonly #thread: Worker;
  readonly #say: (line: string) => void;
  readonly #waiting = new Map<string, () => void>();
  #isLost = false;

  /** `token` is the hub's RUN_TOKEN, or @FILE that holds it. */
  constructor(hub: string, token: string | null, say: (line: string) => void) {
    const workerData: ThreadData = { hub: parseUrl(hub).href, token: readToken(token) };
    this.#say = say;
    this.#thread = new Worker(new URL("./report-thread.mjs", import.meta.url), {
      workerData,
      execArgv: [],
    });
    this.#thread.unref();
    this.#thread.on("message", (message: FromThread) => {
      if (message.kind === "say") say(message.text);
      else this.#waiting.get(message.id)?.();
    });
    this.#thread.on("error", (error) => this.#lose(error));
  }

  /** Begins to tell of a run, whose lines are those of its training.jsonl. */
  open(run: RunAnnouncement): { progress: Report; end(how: Ending): Promise<void> } {
    const { id } = run;
    const ended = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ kind: "open", id, run });
    let told = Number.NEGATIVE_INFINITY;
    let stage = "";
    return {
      progress: (progress) => {
        if (progress.stage === stage && Date.now() - told < EVERY) return;
        told = Date.now();
        ({ stage } = progress);
        const [done, total] = [Math.floor(progress.done), Math.floor(progress.total)];
        this.#send({ kind: "progress", id, now: { stage, done, total } });
      },
      end: async (how) => {
        this.#send({ kind: "end", id, how });
        if (this.#isLost || (await inTime(ended))) return;
        this.#say(
          "report: the hub was not told the end; the same command tells it what is missing",
        );
      },
    };
  }

  #send(message: ToThread): void {
    if (!this.#isLost) this.#thread.postMessage(message);
  }

  #lose(error: Error): void {
    this.#isLost = true;
    this.#say(`report: ${error.message}; the work goes on without it`);
    for (const resolve of this.#waiting.values()) resolve();
  }
}

async function inTime(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PATIENCE, false);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}
