import type { Progress, Report } from "../../bundle/index.ts";
import type { RunConfig } from "../config.ts";

/** Milliseconds between two tables of how the dictionaries are doing. */
const EVERY = 30_000;

type Dictionary = { name: string } & Pick<RunConfig, "train_tokens" | "train_batch_tokens">;
type Options = { report: Report; say(line: string): void; now?: () => number };

/**
 * One line for all that is trained, and every so often one for each dictionary. What was trained
 * before counts neither as done nor as to be done, so that the rate is that of now.
 */
export class SweepProgress {
  readonly #options: Options;
  /** tokens of a step */
  readonly #batches: Map<string, number>;
  readonly #latest = new Map<string, Progress>();
  readonly #ended = new Set<string>();
  #total: number;
  #done = 0;
  #said: number;

  constructor(dictionaries: Dictionary[], options: Options) {
    this.#options = options;
    this.#batches = new Map(dictionaries.map((one) => [one.name, one.train_batch_tokens]));
    this.#total = dictionaries.reduce((sum, one) => sum + tokensOf(one), 0);
    this.#said = this.#now();
  }

  /** How one of them tells what it has done. */
  reportOf(name: string): Report {
    const batch = this.#batches.get(name) ?? 0;
    return (progress) => {
      if (!this.#latest.has(name)) this.#total -= progress.done - batch;
      this.#latest.set(name, progress);
      this.#done += batch;
      this.#tell();
      this.#sayEach();
    };
  }

  /** Says what one ended with; a dictionary that diverged has no more to do. */
  end(name: string, how: string): void {
    const last = this.#latest.get(name);
    this.#ended.add(name);
    this.#options.say(last ? `${lineOf(name, last)}   ${how}` : `${name}: ${how}`);
    if (!last || last.done === last.total) return;
    this.#total -= last.total - last.done;
    this.#tell();
  }

  #tell(): void {
    const values = { dictionaries: this.#latest.size - this.#ended.size };
    const [done, total] = [this.#done, this.#total];
    this.#options.report({ stage: "train sweep", done, total, unit: "tokens", values });
  }

  #sayEach(): void {
    if (this.#now() - this.#said < EVERY) return;
    this.#said = this.#now();
    for (const [name, last] of this.#latest)
      if (!this.#ended.has(name)) this.#options.say(lineOf(name, last));
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function tokensOf({ train_tokens, train_batch_tokens }: Dictionary): number {
  return Math.ceil(train_tokens / train_batch_tokens) * train_batch_tokens;
}

/** "res3-16x-topk32   42 %   loss 0.31   l0 32" */
function lineOf(name: string, { done, total, values = {} }: Progress): string {
  const percent = `${Math.floor((100 * done) / total)} %`.padStart(5);
  const figures = Object.entries(values).map(
    ([key, value]) => `${key} ${Number(value.toPrecision(3))}`,
  );
  return [`${name.padEnd(28)}${percent}`, ...figures].join("   ");
}

/** What tells two. */
export function both(one: Report, other: Report): Report {
  return (progress) => {
    one(progress);
    other(progress);
  };
}
