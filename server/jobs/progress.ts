import "server-only";
import type { Report } from "trainer/bundle";
import { db } from "../db.ts";

const INTERVAL_MS = 400;

/** Writes a job's progress into its row: the latest, one write at a time, a few times a second. */
export class JobProgress {
  #job: string;
  #stage = "";
  #writtenAt = 0;
  #writing: Promise<unknown> = Promise.resolve();
  #isWriting = false;

  constructor(job: string) {
    this.#job = job;
  }

  report: Report = ({ stage, done, total }) => {
    const isDue = stage !== this.#stage || Date.now() - this.#writtenAt > INTERVAL_MS;
    if (this.#isWriting || !isDue) return;
    this.#stage = stage;
    this.#writtenAt = Date.now();
    this.#isWriting = true;
    this.#writing = db()
      .job.update({ where: { id: this.#job }, data: { step: stage, done, total } })
      .catch((error) => console.error(`job ${this.#job}: its progress was not written:`, error))
      .finally(() => {
        this.#isWriting = false;
      });
  };

  /** Waits for what is being written, so that it does not overwrite what comes after. */
  async flush(): Promise<void> {
    await this.#writing;
  }
}
