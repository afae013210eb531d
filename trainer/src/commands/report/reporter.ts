import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Report, RunAnnouncement, RunStatus } from "../../bundle/index.ts";
import { parseUrl, readToken } from "../hub.ts";

export type ThreadData = { hub: string; token: string | null };
type Now = Pick<RunStatus, "stage" | "done" | "total">;
export type Ending = Pick<RunStatus, "state" | "error" | "manifest_sha256">;
export type ToThread = { id: string } & (
  | { kind: "open"; run: RunAnnouncement }
  | { kind: "progress"; now: Now }
  | { kind: "end"; how: Ending }
);
export type FromThread = { kind: "ended"; id: string } | { kind: "say"; text: string };

/** Milliseconds between two messages of progress, and for which a hub may say nothing at the end. */
const EVERY = 500;
const PATIENCE = 10_000;

/** A run that a hub is told of. */
export type LiveRun = { progress: Report; end(how: Ending): void };

/** Tells a hub of runs, in a thread of its own. Whatever happens to it, the runs go on. */
export class Reporter {
  readonly #thread: Worker;
  readonly #say: (line: string) => void;
  /** runs whose end the hub does not know yet */
  readonly #open = new Set<string>();
  #heardAt = 0;
  #isLost = false;

  /** `token` is one that the hub knows, or @FILE that holds it. */
  constructor(hub: string, token: string | null, say: (line: string) => void) {
    const workerData: ThreadData = { hub: parseUrl(hub).href, token: readToken(token) };
    this.#say = say;
    this.#thread = new Worker(new URL("./thread.mjs", import.meta.url), {
      workerData,
      execArgv: [],
    });
    this.#thread.unref();
    this.#thread.on("message", (message: FromThread) => {
      if (message.kind === "say") return say(message.text);
      this.#heardAt = Date.now();
      this.#open.delete(message.id);
    });
    this.#thread.on("error", (error) => {
      this.#isLost = true;
      say(`report: ${error.message}; the work goes on without it`);
    });
  }

  /** Begins to tell of a run, whose lines are those of its training.jsonl. */
  open(run: RunAnnouncement): LiveRun {
    const { id } = run;
    this.#open.add(id);
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
      end: (how) => this.#send({ kind: "end", id, how }),
    };
  }

  /** Waits until the hub knows how each run has ended, as long as it takes such news in. */
  async close(): Promise<void> {
    this.#heardAt = Date.now();
    while (this.#open.size > 0 && !this.#isLost && Date.now() - this.#heardAt < PATIENCE)
      await sleep(50);
    if (this.#open.size > 0 && !this.#isLost)
      this.#say("report: the hub was not told the end; the same command tells it what is missing");
    await this.#thread.terminate();
  }

  #send(message: ToThread): void {
    if (!this.#isLost) this.#thread.postMessage(message);
  }
}
