import { experimentVerbs } from "./experiments/verbs.ts";
import type { Verb } from "./verb.ts";

/** A verb is loaded only when asked for, so that help comes at once. */
export type ListedVerb = { about: string; load: () => Promise<Verb> };

/** What leads from text to a bundle on a hub, in the order of the work. */
const workVerbs: Record<string, ListedVerb> = {
  run: {
    about: "from text to bundle: all five stages below",
    load: async () => (await import("./run.ts")).run,
  },
  sweep: {
    about: "many dictionaries from one grid of settings, in one pass over the model",
    load: async () => (await import("./sweep.ts")).sweep,
  },
  resume: {
    about: "go on with a run or a sweep that was broken off",
    load: async () => (await import("./resume.ts")).resume,
  },
  tokenize: {
    about: "text → contexts of token ids",
    load: async () => (await import("./tokenize.ts")).tokenize,
  },
  harvest: {
    about: "contexts → the model's activations at a hook",
    load: async () => (await import("./harvest.ts")).harvest,
  },
  train: {
    about: "activations → a sparse autoencoder",
    load: async () => (await import("./train.ts")).train,
  },
  evaluate: {
    about: "measure it on held-out text",
    load: async () => (await import("./evaluate.ts")).evaluate,
  },
  compare: {
    about: "compare what was measured with what is expected",
    load: async () => (await import("./compare.ts")).compare,
  },
  dashboard: {
    about: "describe its features and seal the bundle",
    load: async () => (await import("./dashboard.ts")).dashboard,
  },
  devices: {
    about: "where a model can run here",
    load: async () => (await import("./devices.ts")).devices,
  },
  model: {
    about: "fetch and check a language model, and say what it is",
    load: async () => (await import("./model.ts")).model,
  },
  import: {
    about: "a dictionary of another system → a checked, described bundle",
    load: async () => (await import("./import.ts")).importVerb,
  },
  "import-model": {
    about: "a llama2.c checkpoint → a language model's folder",
    load: async () => (await import("./import-model.ts")).importModel,
  },
  worker: {
    about: "train what was sent to a hub's queue",
    load: async () => (await import("./worker.ts")).worker,
  },
  experiments: {
    about: "every experiment below on one model, from nothing",
    load: async () => (await import("./experiments/experiments.ts")).experimentsVerb,
  },
  inspect: {
    about: "check a bundle, or files of other systems, and say what it is",
    load: async () => (await import("./inspect.ts")).inspect,
  },
  export: {
    about: "write a bundle's dictionary as another system's files",
    load: async () => (await import("./export.ts")).exportVerb,
  },
  upload: {
    about: "send a bundle to a hub",
    load: async () => (await import("./upload.ts")).upload,
  },
  publish: {
    about: "put a bundle into a repository of a model hub",
    load: async () => (await import("./publish.ts")).publish,
  },
  download: {
    about: "fetch a bundle from a hub",
    load: async () => (await import("./download.ts")).download,
  },
};

export const verbs: Record<string, ListedVerb> = { ...workVerbs, ...experimentVerbs };

export function overview(): string {
  return `trainer VERB … trains sparse autoencoders and makes bundles of them.

${linesOf(workVerbs)}

Experiments, each on what runs have made:

${linesOf(experimentVerbs)}

trainer VERB --help lists the flags of a verb; trainer --version says which trainer this is.
--json gives progress and result as JSON lines.
For example: trainer run runs/first --architecture topk --k 32`;
}

function linesOf(listed: Record<string, ListedVerb>): string {
  return Object.entries(listed)
    .map(([name, { about }]) => `  ${name.padEnd(18)}${about}`)
    .join("\n");
}
