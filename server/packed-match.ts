import "server-only";
import type { DecoderMatch } from "trainer/match";

/** Little-endian words: how many features a and b have, then the columns in the order of DecoderMatch. */
export function packMatch(match: DecoderMatch): Buffer {
  const sizes = Int32Array.of(match.nearest_of_a.length, match.nearest_of_b.length);
  const columns = [
    match.nearest_of_a,
    match.cosine_of_a,
    match.nearest_of_b,
    match.cosine_of_b,
    match.partner_of_a,
    match.partner_cosine,
  ];
  return Buffer.concat(
    [sizes, ...columns].map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  );
}

export function unpackMatch(bytes: Uint8Array): DecoderMatch {
  const { buffer } = new Uint8Array(bytes); // copied: bytes may lie unaligned
  const [n = 0, m = 0] = new Int32Array(buffer, 0, 2);
  let at = 8;
  const next = (length: number) => {
    at += 4 * length;
    return at - 4 * length;
  };
  return {
    nearest_of_a: new Int32Array(buffer, next(n), n),
    cosine_of_a: new Float32Array(buffer, next(n), n),
    nearest_of_b: new Int32Array(buffer, next(m), m),
    cosine_of_b: new Float32Array(buffer, next(m), m),
    partner_of_a: new Int32Array(buffer, next(n), n),
    partner_cosine: new Float32Array(buffer, next(n), n),
  };
}

/** The same match, seen from b. */
export function flipped(match: DecoderMatch): DecoderMatch {
  const partner_of_a = new Int32Array(match.nearest_of_b.length).fill(-1);
  const partner_cosine = new Float32Array(match.nearest_of_b.length);
  for (const [i, j] of match.partner_of_a.entries()) {
    if (j < 0) continue;
    partner_of_a[j] = i;
    partner_cosine[j] = match.partner_cosine[i] as number;
  }
  return {
    nearest_of_a: match.nearest_of_b,
    cosine_of_a: match.cosine_of_b,
    nearest_of_b: match.nearest_of_a,
    cosine_of_b: match.cosine_of_a,
    partner_of_a,
    partner_cosine,
  };
}
