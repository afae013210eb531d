import "server-only";

/**
 * The features that fire on one token, the strongest first: each with its largest activation there, that
 * as a share of the feature's maximum, and where it was seen.
 */
export type TokenEntries = {
  features: Int32Array;
  activations: Float32Array;
  shares: Float32Array;
  contexts: Int32Array;
  positions: Int32Array;
};

/** Columns of little-endian words, in the order of the type. */
export function packEntries(entries: TokenEntries): Buffer {
  const { features, activations, shares, contexts, positions } = entries;
  return Buffer.concat(
    [features, activations, shares, contexts, positions].map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  );
}

export function unpackEntries(bytes: Uint8Array): TokenEntries {
  const { buffer } = new Uint8Array(bytes); // copied: bytes may lie unaligned
  const n = bytes.length / 20;
  return {
    features: new Int32Array(buffer, 0, n),
    activations: new Float32Array(buffer, 4 * n, n),
    shares: new Float32Array(buffer, 8 * n, n),
    contexts: new Int32Array(buffer, 12 * n, n),
    positions: new Int32Array(buffer, 16 * n, n),
  };
}
