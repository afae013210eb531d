import "server-only";
import type { FeatureRecord } from "trainer/bundle";

/** Rarer features have few examples to learn from; commoner ones mean little of anything. */
const RAREST = 0.0005;
const COMMONEST = 0.02;

/**
 * The feature to show a newcomer first: strong and specific. Among the features with a density in
 * [RAREST, COMMONEST] the one with the largest
 *
 *     max_activation · −log10(density)
 *
 * and if none is in that range, the one with the largest max_activation; none if all are dead.
 */
export class Suggestion {
  #best = { index: null as number | null, isSpecific: false, score: 0 };

  add({ index, density, max_activation }: FeatureRecord): void {
    const isSpecific = density >= RAREST && density <= COMMONEST;
    const score = isSpecific ? max_activation * -Math.log10(density) : max_activation;
    const best = this.#best;
    const isBetter = isSpecific === best.isSpecific ? score > best.score : isSpecific && score > 0;
    if (isBetter) this.#best = { index, isSpecific, score };
  }

  get feature(): number | null {
    return this.#best.index;
  }
}
