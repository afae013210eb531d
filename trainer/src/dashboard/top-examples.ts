import type { ActivationBlock } from "./activation-log.ts";

export type Place = { context: number; position: number; activation: number };

/**
 * Each feature's largest activations, one context giving at most one of them. Of equal ones the
 * earlier in the text comes first. Contexts must be added whole and in order.
 */
export class TopExamples {
  #size: number;
  #context_size: number;
  /** [d_sae · size], each feature's best first */
  #activation: Float32Array;
  #context: Int32Array;
  #position: Int32Array;
  /** how many each feature has [d_sae] */
  #count: Int32Array;
  /** the best of the context being added [d_sae] */
  #best: Float32Array;
  #bestPosition: Int32Array;

  constructor(d_sae: number, size: number, context_size: number) {
    this.#size = size;
    this.#context_size = context_size;
    this.#activation = new Float32Array(d_sae * size);
    this.#context = new Int32Array(d_sae * size);
    this.#position = new Int32Array(d_sae * size);
    this.#count = new Int32Array(d_sae);
    this.#best = new Float32Array(d_sae);
    this.#bestPosition = new Int32Array(d_sae);
  }

  add({ first_context, places, acts }: ActivationBlock): void {
    const { offsets, features, values } = acts;
    let context = -1;
    let touched: number[] = [];
    for (let i = 0; i < acts.n; i++) {
      const here = first_context + Math.floor(places[i] / this.#context_size);
      if (here !== context) {
        this.#keepBest(touched, context);
        context = here;
        touched = [];
      }
      for (let o = offsets[i]; o < offsets[i + 1]; o++) {
        const f = features[o];
        if (this.#best[f] === 0) touched.push(f);
        if (values[o] > this.#best[f]) {
          this.#best[f] = values[o];
          this.#bestPosition[f] = places[i] % this.#context_size;
        }
      }
    }
    this.#keepBest(touched, context);
  }

  of(feature: number): Place[] {
    return Array.from({ length: this.#count[feature] }, (_, rank) => {
      const at = feature * this.#size + rank;
      return {
        context: this.#context[at],
        position: this.#position[at],
        activation: this.#activation[at],
      };
    });
  }

  #keepBest(touched: number[], context: number): void {
    for (const f of touched) {
      this.#insert(f, this.#best[f], context, this.#bestPosition[f]);
      this.#best[f] = 0;
    }
  }

  #insert(f: number, activation: number, context: number, position: number): void {
    const first = f * this.#size;
    let at = first + this.#count[f];
    while (at > first && this.#activation[at - 1] < activation) at--;
    if (at === first + this.#size) return;
    const last = first + Math.min(this.#count[f], this.#size - 1);
    for (const column of [this.#activation, this.#context, this.#position])
      column.copyWithin(at + 1, at, last);
    this.#activation[at] = activation;
    this.#context[at] = context;
    this.#position[at] = position;
    this.#count[f] = Math.min(this.#count[f] + 1, this.#size);
  }
}
