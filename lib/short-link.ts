/*
 * /f/{id} stands for a feature of certain weights for good: the id is the number weights_from · 2²⁰ + index in
 * base 58, so it needs no row of its own and says nothing that the long address does not.
 */

/** Digits and letters without those that look alike. */
const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const MOST_FEATURES = 2 ** 20;

export type FeatureKey = { weights_from: number; index: number };

export function toShortId({ weights_from, index }: FeatureKey): string {
  let rest = weights_from * MOST_FEATURES + index;
  let id = "";
  do {
    id = `${digits[rest % 58]}${id}`;
    rest = Math.floor(rest / 58);
  } while (rest > 0);
  return id;
}

/** What an id stands for; null for a text that is no id. */
export function parseShortId(id: string): FeatureKey | null {
  if (id.length === 0 || id.length > 9) return null; // 58⁹ is the last power below 2⁵³
  let value = 0;
  for (const character of id) {
    const digit = digits.indexOf(character);
    if (digit < 0) return null;
    value = value * 58 + digit;
  }
  const weights_from = Math.floor(value / MOST_FEATURES);
  const isKey = weights_from > 0 && weights_from < 2 ** 31;
  return isKey && toShortId({ weights_from, index: value % MOST_FEATURES }) === id
    ? { weights_from, index: value % MOST_FEATURES }
    : null;
}
