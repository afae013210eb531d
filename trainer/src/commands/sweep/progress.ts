import type { Progress, Report } from "../../bundle/index.ts";
import type { RunConfig } from "../config.ts";

/** Milliseconds between two tables of how the dictionaries are doing. */
const EVERY = 30_000;

type Dictionary = { name: string; config: Pick<RunConfig, "train_tokens" | "train_batch_tokens"> };
type Options = { report: Report; say(line: string): void; now?: () => number };

/** One line for all that is trained, and every so often one for each dictionary. */
export class SweepProgress {
  #options: Options;
  #total: number;
  #latest = new Map<string, Progress>();
  #ended = new Set<string>();
  #said: number;

  constructor(dictionaries: Dictionary[], options: Options) {
    this.#options = options;
    this.#total = dictionaries.reduce((sum, { config }) => sum + tokensOf(config), 0);
    this.#said = this.#now();
  }

  /** How one of them tells what it has done. */
  reportOf(name: string): Report {
    return (progress) => {
      this.#latest.set(name, progress);
      this.#tell();
      if (this.#now() - this.#said < EVERY) return;
      this.#said = this.#now();
      for (const [running, at] of this.#latest)
        if (!this.#ended.has(running)) this.#options.say(lineOf(running, at));
    };
  }

  /** Says what one ended with; a dictionary that diverged has no more to do. */
  end(name: string, how: string): void {
    const last = this.#latest.get(name);
    this.#ended.add(name);
    this.#options.say(last ? `${lineOf(name, last)}   ${how}` : `${name}: ${how}`);
    if (last && last.done < last.total) {
      this.#total -= last.total - last.done;
      this.#tell();
    }
  }

  #tell(): void {
    const done = [...this.#latest.values()].reduce((sum, { done }) => sum + done, 0);
    const dictionaries = this.#latest.size - this.#ended.size;
    const values = { dictionaries };
    this.#options.report({
      stage: "train sweep",
      done,
      total: this.#total,
      unit: "tokens",
      values,
    });
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function tokensOf({ train_tokens, train_batch_tokens }: Dictionary["config"]): number {
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
