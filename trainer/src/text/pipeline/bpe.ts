import { BundleError } from "../../bundle/errors.ts";
import type { BpeModel } from "./file.ts";
import { MinHeap } from "./min-heap.ts";

/** More than any token id (bundle/token-strings.ts), so that a pair of ids is one number. */
const IDS = 2 ** 23;
const POSITIONS = 2 ** 31;

/**
 * Byte pair encoding: a word begins as its characters, and of all neighbours that were ever merged in training
 * those merged earliest are merged first, the leftmost of equals, until no such pair is left (Sennrich et al. 2016).
 */
export function createBpe(model: BpeModel, path: string): (word: string) => number[] {
  const ids = new Map(Object.entries(model.vocab));
  const { ranks, merged } = mergeTables(model, ids, path);
  const characters = characterIds(model, ids, path);

  return (word) => {
    const whole = model.ignore_merges ? ids.get(word) : undefined;
    return whole === undefined ? merge(characters(word)) : [whole];
  };

  function merge(symbols: number[]): number[] {
    const next = symbols.map((_, at) => at + 1);
    const before = symbols.map((_, at) => at - 1);
    const queue = new MinHeap();
    const offer = (at: number) => {
      const rank = rankAt(at);
      if (rank !== undefined) queue.push(rank * POSITIONS + at);
    };
    const rankAt = (at: number) => ranks.get(symbols[at] * IDS + symbols[next[at]]);
    for (let at = 0; at + 1 < symbols.length; at++) offer(at);
    for (let least = queue.pop(); least !== undefined; least = queue.pop()) {
      const at = least % POSITIONS;
      const rank = (least - at) / POSITIONS;
      if (rankAt(at) !== rank) continue; // one of the two has been merged since
      const right = next[at];
      symbols[at] = merged[rank];
      symbols[right] = Number.NaN;
      next[at] = next[right];
      if (next[at] < symbols.length) before[next[at]] = at;
      offer(at);
      if (before[at] >= 0) offer(before[at]);
    }
    return symbols.filter((symbol) => !Number.isNaN(symbol));
  }
}

/** The rank of each pair of ids, and by rank the id that the pair becomes. */
function mergeTables({ merges }: BpeModel, ids: Map<string, number>, path: string) {
  const ranks = new Map<number, number>();
  const merged = new Int32Array(merges.length);
  merges.forEach((merge, rank) => {
    const [left, right] = typeof merge === "string" ? merge.split(" ") : merge;
    const known = [left, right, left + right].map((token) => ids.get(token));
    const [a, b, both] = known;
    if (a === undefined || b === undefined || both === undefined)
      throw new BundleError(
        `${path}: model.merges.${rank}: no token ${JSON.stringify([left, right, left + right][known.indexOf(undefined)])} in model.vocab`,
      );
    ranks.set(a * IDS + b, rank);
    merged[rank] = both;
  });
  return { ranks, merged };
}

/** A word's characters as ids: one outside the vocabulary is its UTF-8 bytes, or unknown, or left out. */
function characterIds(model: BpeModel, ids: Map<string, number>, path: string) {
  const { unk_token, fuse_unk } = model;
  const bytes = model.byte_fallback ? byteIds(model.vocab) : null;
  const unknown = () => {
    const id = ids.get(unk_token as string);
    if (id === undefined)
      throw new BundleError(`${path}: model.unk_token: no token ${unk_token} in model.vocab`);
    return id;
  };
  return (word: string): number[] => {
    const symbols: number[] = [];
    let afterUnknown = false;
    for (const character of word) {
      const id = ids.get(character);
      if (id !== undefined) symbols.push(id);
      else if (bytes) for (const byte of Buffer.from(character)) symbols.push(bytes[byte]);
      else if (unk_token !== null && !(fuse_unk && afterUnknown)) symbols.push(unknown());
      afterUnknown = id === undefined;
    }
    return symbols;
  };
}

/** The ids of <0x00> … <0xFF>, or null where some are missing. */
export function byteIds(vocab: BpeModel["vocab"]): number[] | null {
  const found = Array.from(
    { length: 256 },
    (_, byte) => vocab[`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`],
  );
  return found.every((id) => id !== undefined) ? found : null;
}
