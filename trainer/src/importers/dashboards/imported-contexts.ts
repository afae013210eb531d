import { createHash } from "node:crypto";
import { BundleError, type ContextRecord } from "../../bundle/index.ts";

/** Token ids of all texts together that are held. */
const MOST_TOKENS = 2 ** 27;

/** The texts of imported examples, each kept once, numbered behind the contexts of the run's own text. */
export class ImportedContexts {
  #first: number;
  #contexts: Int32Array[] = [];
  #numbers = new Map<string, number>();
  #tokens = 0;

  constructor(first: number) {
    this.#first = first;
  }

  /** The number of a text. */
  add(ids: Int32Array): number {
    const key = createHash("sha256").update(ids).digest("base64");
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#tokens += ids.length;
    if (this.#tokens > MOST_TOKENS)
      throw new BundleError(
        `the dashboards' examples have more than ${MOST_TOKENS} tokens of different texts`,
      );
    const number = this.#first + this.#contexts.length;
    this.#numbers.set(key, number);
    this.#contexts.push(ids);
    return number;
  }

  *rows(): Generator<ContextRecord> {
    for (const [i, ids] of this.#contexts.entries())
      yield { context: this.#first + i, tokens: Array.from(ids) };
  }
}
