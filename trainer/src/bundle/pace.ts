/** Milliseconds over which a rate is taken, and rates that are kept for lines that wait to be told. */
const WINDOW = 10_000;
const KEPT = 4096;

type Seen = { tokens: number; time: number; rate: number | null };

/** Tokens a second, as seen by looking at how many there are now and then. */
export class Pace {
  #seen: Seen[] = [];

  /** How many tokens there were at a time, in milliseconds. */
  add(tokens: number, time: number): void {
    const last = this.#seen.at(-1);
    if (last && tokens < last.tokens) this.forget();
    if (last && (tokens === last.tokens || time <= last.time)) return;
    const from = this.#seen.find((seen) => time - seen.time <= WINDOW) ?? this.#seen.at(-1);
    const rate = from ? (1000 * (tokens - from.tokens)) / (time - from.time) : null;
    this.#seen.push({ tokens, time, rate });
    if (this.#seen.length > KEPT) this.#seen = this.#seen.filter((_, i) => i % 2 === 1);
  }

  /** The rate when there were so many tokens; null when nobody had looked twice. */
  at(tokens: number): number | null {
    return this.#seen.find((seen) => seen.tokens >= tokens)?.rate ?? null;
  }

  /** The work stood still in between. */
  forget(): void {
    this.#seen = [];
  }
}
