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
  #first = { time: 0, done: 0 };

  constructor(job: string) {
    this.#job = job;
  }

  report: Report = ({ stage, done, total, unit }) => {
    const time = Date.now();
    const isNew = stage !== this.#stage;
    if (this.#isWriting || !(isNew || time - this.#writtenAt > INTERVAL_MS)) return;
    if (isNew) this.#first = { time, done };
    this.#stage = stage;
    this.#writtenAt = time;
    const seconds = (time - this.#first.time) / 1000;
    const rate = seconds > 1 ? (done - this.#first.done) / seconds : null;
    const counts = { done: Math.floor(done), total: Math.floor(total) };
    const data = { step: stage, ...counts, unit, rate: rate && rate > 0 ? rate : null };
    this.#isWriting = true;
    this.#writing = db()
      .job.update({ where: { id: this.#job }, data })
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
