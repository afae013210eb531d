import type { ListedVerb } from "../verbs.ts";

/** Every experiment's verb, in the order of `experiments` in the bundle's table. */
export const experimentVerbs: Record<string, ListedVerb> = {
  "ce-diff": {
    about: "what x̂ costs at single positions: how it is spread, and the worst",
    load: async () => (await import("./ce-diff.ts")).ceDiff,
  },
  norms: {
    about: "how much features weigh, against how often they fire",
    load: async () => (await import("./norms.ts")).norms,
  },
  toy: {
    about: "what autoencoders learn where the true features are known",
    load: async () => (await import("./toy.ts")).toy,
  },
};
