import type { ListedVerb } from "../verbs.ts";

/** Every experiment's verb, in the order of `experiments` in the bundle's table. */
export const experimentVerbs: Record<string, ListedVerb> = {
  "ce-diff": {
    about: "what x̂ costs at single positions: how it is spread, and the worst",
    load: async () => (await import("./ce-diff.ts")).ceDiff,
  },
  umap: {
    about: "datapoints in the plane, and whether the bad ones lie together",
    load: async () => (await import("./umap.ts")).umap,
  },
  "across-layers": {
    about: "whether dictionaries at several hooks fail at the same positions",
    load: async () => (await import("./across-layers.ts")).acrossLayers,
  },
  "remove-lowest": {
    about: "the loss without each token's weakest features, or random, or strongest",
    load: async () => (await import("./remove-lowest.ts")).removeLowest,
  },
  "remove-frequent": {
    about: "a dictionary without its most frequent features, against sparser ones",
    load: async () => (await import("./remove-frequent.ts")).removeFrequent,
  },
  layers: {
    about: "a dictionary at every layer, residual stream and MLP outputs, side by side",
    load: async () => (await import("./layers.ts")).layers,
  },
  finetune: {
    about: "train the decoder anew, or a scale per feature, while the encoder stays",
    load: async () => (await import("./finetune.ts")).finetune,
  },
  stack: {
    about: "train a dictionary in stages, each on what those before it leave",
    load: async () => (await import("./stack.ts")).stack,
  },
  orthogonality: {
    about: "the same dictionary with its decoder rows held apart",
    load: async () => (await import("./orthogonality.ts")).orthogonality,
  },
  width: {
    about: "dictionaries of growing width at the same hooks",
    load: async () => (await import("./width.ts")).width,
  },
  norms: {
    about: "how much features weigh, against how often they fire",
    load: async () => (await import("./norms.ts")).norms,
  },
  "single-token": {
    about: "how many features fire on one token type only, against L0",
    load: async () => (await import("./single-token.ts")).singleToken,
  },
  connect: {
    about: "what a dictionary's features are built from, in another's",
    load: async () => (await import("./connect.ts")).connect,
  },
  toy: {
    about: "what autoencoders learn where the true features are known",
    load: async () => (await import("./toy.ts")).toy,
  },
};
