import "server-only";
import { tokenIndexBounds } from "@/lib/token-index.ts";
import type { TokenEntries } from "../token-entries.ts";

type Peak = { activation: number; context: number; position: number };
/** A feature's largest activation on each token, and where that is. */
export type Peaks = Map<number, Peak>;

/** Turns what each feature fires on into what fires on each token. */
export class TokenCounts {
  #tokens = new Column(Int32Array);
  #features = new Column(Int32Array);
  #activations = new Column(Float32Array);
  #shares = new Column(Float32Array);
  #contexts = new Column(Int32Array);
  #positions = new Column(Int32Array);

  add(feature: number, peaks: Peaks, max_activation: number): void {
    for (const [token, { activation, context, position }] of strongest(peaks)) {
      this.#tokens.push(token);
      this.#features.push(feature);
      this.#activations.push(activation);
      this.#shares.push(max_activation > 0 ? activation / max_activation : 0);
      this.#contexts.push(context);
      this.#positions.push(position);
    }
  }

  /** Each token with all its features counted and the strongest kept, in order of tokens. */
  *entries(): Generator<{ token_id: number; features: number; kept: TokenEntries }> {
    const tokens = this.#tokens.values();
    const [features, activations] = [this.#features.values(), this.#activations.values()];
    const shares = this.#shares.values();
    const [contexts, positions] = [this.#contexts.values(), this.#positions.values()];
    const order = new Uint32Array(tokens.length).map((_, i) => i);
    const at = (values: { [i: number]: number }, i: number) => values[i] as number;
    order.sort(
      (a, b) =>
        at(tokens, a) - at(tokens, b) ||
        at(shares, b) - at(shares, a) ||
        at(activations, b) - at(activations, a) ||
        at(features, a) - at(features, b),
    );
    for (let start = 0, end = 0; start < order.length; start = end) {
      const token_id = at(tokens, at(order, start));
      while (end < order.length && at(tokens, at(order, end)) === token_id) end++;
      const rows = order.subarray(
        start,
        Math.min(end, start + tokenIndexBounds.features_of_a_token),
      );
      const kept = {
        features: Int32Array.from(rows, (row) => at(features, row)),
        activations: Float32Array.from(rows, (row) => at(activations, row)),
        shares: Float32Array.from(rows, (row) => at(shares, row)),
        contexts: Int32Array.from(rows, (row) => at(contexts, row)),
        positions: Int32Array.from(rows, (row) => at(positions, row)),
      };
      yield { token_id, features: end - start, kept };
    }
  }
}

function strongest(peaks: Peaks): Iterable<[number, Peak]> {
  if (peaks.size <= tokenIndexBounds.tokens_of_a_feature) return peaks;
  return [...peaks]
    .sort(([a, x], [b, y]) => y.activation - x.activation || a - b)
    .slice(0, tokenIndexBounds.tokens_of_a_feature);
}

/** A typed array that grows. */
class Column<A extends Int32Array | Float32Array> {
  #make: new (
    length: number,
  ) => A;
  #array: A;
  #length = 0;

  constructor(make: new (length: number) => A) {
    this.#make = make;
    this.#array = new make(1024);
  }

  push(value: number): void {
    if (this.#length === this.#array.length) {
      const larger = new this.#make(2 * this.#length);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.#length++] = value;
  }

  values(): A {
    return this.#array.subarray(0, this.#length) as A;
  }
}
