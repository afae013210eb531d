import "server-only";

/**
 * The features that fire on one token, the strongest first: each with its largest activation there,
 * and that as a share of the feature's maximum.
 */
export type TokenEntries = {
  features: Int32Array;
  activations: Float32Array;
  shares: Float32Array;
};

/** Three columns of little-endian words: features, activations, shares. */
export function packEntries({ features, activations, shares }: TokenEntries): Buffer {
  const columns = [features, activations, shares];
  return Buffer.concat(
    columns.map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  );
}

export function unpackEntries(bytes: Uint8Array): TokenEntries {
  const { buffer } = new Uint8Array(bytes); // copied: bytes may lie unaligned
  const n = bytes.length / 12;
  return {
    features: new Int32Array(buffer, 0, n),
    activations: new Float32Array(buffer, 4 * n, n),
    shares: new Float32Array(buffer, 8 * n, n),
  };
}
