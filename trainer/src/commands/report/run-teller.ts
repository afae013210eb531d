import { join } from "node:path";
import { z } from "zod";
import { LogFollower } from "../../bundle/follow-log.ts";
import type { RunAnnouncement, RunStatus } from "../../bundle/index.ts";
import { HubRefusal, tell } from "./hub-link.ts";

/** Milliseconds after which a run says that it still runs. */
const HEARTBEAT = 5000;

const known = z.object({ last_step: z.int() });
const anything = z.object({});

/** What one run has to tell a hub, and how far the hub knows it. */
export class RunTeller {
  readonly #run: RunAnnouncement;
  readonly #hub: URL;
  readonly #token: string | null;
  /** null until the hub knows the run */
  #log: LogFollower | null = null;
  #status: RunStatus = {
    state: "running",
    stage: "",
    done: 0,
    total: 0,
    error: null,
    manifest_sha256: null,
  };
  #isEnded = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #toldStage = "";

  constructor(run: RunAnnouncement, hub: URL, token: string | null) {
    this.#run = run;
    this.#hub = hub;
    this.#token = token;
  }

  /** How far it is; told with the next heartbeat. */
  progress(now: Pick<RunStatus, "stage" | "done" | "total">): void {
    this.#status = { ...this.#status, ...now };
  }

  end(how: Pick<RunStatus, "state" | "error" | "manifest_sha256">): void {
    this.#status = { ...this.#status, ...how };
    this.#isEnded = true;
  }

  /** Tells what the hub does not know yet; true once it knows how the run has ended. */
  async tell(): Promise<boolean> {
    try {
      await this.#tellLines();
      const { stage } = this.#status;
      const isDue = Date.now() - this.#toldAt >= HEARTBEAT || stage !== this.#toldStage;
      if (this.#isEnded || isDue) await this.#post("state", this.#status, anything);
      if (this.#isEnded) return true;
      if (isDue) {
        this.#toldAt = Date.now();
        this.#toldStage = stage;
      }
    } catch (error) {
      // 409: lines are missing there; 404: the run was removed there. Both are mended by announcing it.
      const isForgotten = error instanceof HubRefusal && [404, 409].includes(error.status);
      if (!isForgotten || this.#log === null) throw error;
      this.#log = null;
    }
    return false;
  }

  async #tellLines(): Promise<void> {
    this.#log ??= await this.#announce();
    for (let next = await this.#log.next(); next; next = await this.#log.next()) {
      await this.#post("lines", next.batch, known);
      next.took();
    }
  }

  async #announce(): Promise<LogFollower> {
    const { last_step } = await this.#post("", this.#run, known);
    return new LogFollower(join(this.#run.dir, "bundle", "training.jsonl"), last_step);
  }

  #post<T>(what: "" | "lines" | "state", body: object, schema: z.ZodType<T>): Promise<T> {
    const path = what === "" ? "/api/v1/runs" : `/api/v1/runs/${this.#run.id}/${what}`;
    return tell(new URL(path, this.#hub), this.#token, body, schema);
  }
}
