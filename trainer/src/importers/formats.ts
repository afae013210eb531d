import { BundleError, foreignFormats } from "../bundle/index.ts";
import { dictionaryLearning } from "./dictionary-learning.ts";
import { e2eSae } from "./e2e-sae.ts";
import { sayExported } from "./exported.ts";
import { refusals, tensorsOf } from "./folders.ts";
import type { Foreign, Format, Input } from "./foreign.ts";
import { gemmaScope } from "./gemma-scope.ts";
import { learnedDicts } from "./learned-dicts.ts";
import { llamascopium } from "./llamascopium.ts";
import { openai } from "./openai.ts";
import { saelens } from "./saelens.ts";
import { safetensors } from "./safetensors.ts";
import { sparsify } from "./sparsify.ts";
import { stateDict } from "./state-dict.ts";
import { tiedSae } from "./tied-sae.ts";

/**
 * In order of detection: what a config beside the tensors names goes before what tensors alone look like, since the
 * same tensors are read differently by different systems.
 */
const formats: Format[] = [
  // told by a config beside the tensors
  saelens,
  sparsify,
  llamascopium,
  dictionaryLearning,
  // by tensors of names that no other system has, or by the class of an object
  gemmaScope,
  openai,
  e2eSae,
  learnedDicts,
  tiedSae,
  // by nothing but tensors that could be an encoder and a decoder
  safetensors,
  stateDict,
];

/** The dictionaries in what was given, of the first format that finds some. None, or all of them damaged, is a BundleError. */
export async function findDictionaries(input: Input): Promise<Foreign[]> {
  for (const format of formats) {
    const found = await format.find(input);
    if (found.length === 0) continue;
    const aside = refusals(input).map((message) => `left aside beside it: ${message}`);
    for (const one of found) {
      sayExported(input, one);
      one.described.notes.push(...aside);
    }
    return found;
  }
  throw nothingFound(input);
}

function nothingFound(input: Input): BundleError {
  const [refusal] = refusals(input);
  const understood = formats
    .map(({ name }) => `${foreignFormats[name].title} (${foreignFormats[name].files})`)
    .join("; ");
  const found = input.files.slice(0, 20).map((file) => {
    const opened = tensorsOf(file);
    const names = [...(opened?.tensors.keys() ?? [])].slice(0, 8);
    if (names.length > 0) return `${file.path} with ${names.join(", ")}`;
    const isNamedSo = /\.(safetensors|npz|pt|pth|pkl)$/i.test(file.path);
    return isNamedSo ? `${file.path}, which holds no tensors by its first bytes` : file.path;
  });
  const more = input.files.length > 20 ? ` and ${input.files.length - 20} more` : "";
  return new BundleError(
    refusal ??
      `${input.name}: no dictionary: found ${found.join("; ") || "no files"}${more}; expected one of ${understood}`,
  );
}
