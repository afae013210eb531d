/** Which features have not fired on any of the last `dead_after_tokens` tokens. */
export class DeadFeatures {
  /** [d_sae] tokens since the feature last fired, counted up to dead_after_tokens */
  readonly tokens_since_fired: Int32Array;
  readonly #dead_after_tokens: number;

  constructor(tokens_since_fired: Int32Array, dead_after_tokens: number) {
    this.tokens_since_fired = tokens_since_fired;
    this.#dead_after_tokens = dead_after_tokens;
  }

  /** fired[f]: on how many of a batch's `tokens` feature f was active */
  update(fired: Int32Array, tokens: number): void {
    const since = this.tokens_since_fired;
    for (let f = 0; f < since.length; f++)
      since[f] = fired[f] > 0 ? 0 : Math.min(since[f] + tokens, this.#dead_after_tokens);
  }

  /** [d_sae], 1 for each dead feature */
  get mask(): Uint8Array {
    return Uint8Array.from(this.tokens_since_fired, (since) =>
      since >= this.#dead_after_tokens ? 1 : 0,
    );
  }

  get fraction(): number {
    return this.mask.reduce((sum, dead) => sum + dead, 0) / this.mask.length;
  }
}
