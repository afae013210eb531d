import type { ListedVerb } from "../verbs.ts";

/** Every experiment's verb, in the order of `experiments` in the bundle's table. */
export const experimentVerbs: Record<string, ListedVerb> = {
  norms: {
    about: "how much features weigh, against how often they fire",
    load: async () => (await import("./norms.ts")).norms,
  },
  toy: {
    about: "what autoencoders learn where the true features are known",
    load: async () => (await import("./toy.ts")).toy,
  },
};
