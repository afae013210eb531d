import type { Said } from "./described.ts";

/** Names under which TransformerLens loads models, and where their weights lie on a model hub. */
const owners: [RegExp, (name: string) => string][] = [
  [/^[\w.-]+\/[\w.-]+$/, (name) => name],
  [/^stories-2m$/, () => "embedded"],
  [/^pythia-[\w.-]+-step\d+$/, (name) => `EleutherAI/${name.replace(/-(step\d+)$/, "@$1")}`],
  [/^pythia-[\w.-]+$/, (name) => `EleutherAI/${name}`],
  [/^gpt2-small$/, () => "openai-community/gpt2"],
  [/^gpt2(-medium|-large|-xl)?$/, (name) => `openai-community/${name}`],
  [/^gemma-[\w.-]+$/, (name) => `google/${name}`],
  [/^Llama-3[\w.-]*$/i, (name) => `meta-llama/${name}`],
];

/** Says the model that a file names; a name that stands for no model of a hub is noted, and the model asked for. */
export function sayModel(said: Said, name: string, because: string): void {
  const id = owners.find(([pattern]) => pattern.test(name))?.[1](name);
  if (id) said.say("model", id, because);
  else
    said.notes.push(
      `model: ${because}, which is no ORG/NAME of a model hub; the model must be given`,
    );
}
