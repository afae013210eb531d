import type { z } from "zod";
import { BundleError } from "../bundle/errors.ts";
import type { Family, ModelConfig } from "./families/family.ts";
import { gptNeox } from "./families/gpt-neox.ts";
import { gpt2 } from "./families/gpt2.ts";
import { llama } from "./families/llama.ts";

export type { ModelConfig } from "./families/family.ts";

/** Every architecture by its `model_type` in config.json. */
const families: Record<string, Family> = {
  gpt_neox: gptNeox,
  gpt2,
  llama,
  mistral: llama,
  qwen2: llama,
};

/** Reads config.json's text; refuses by name what no forward pass here computes. */
export function parseModelConfig(text: string, path: string, id: string): ModelConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`${path}: not JSON`, { cause });
  }
  const { model_type } = (json ?? {}) as { model_type?: unknown };
  if (typeof model_type !== "string" || !Object.hasOwn(families, model_type))
    throw new BundleError(
      `${path}: model_type: ${JSON.stringify(model_type)} is not supported (expected ${Object.keys(families).join(", ")})`,
    );
  const parsed = families[model_type].settings.safeParse(json);
  if (parsed.success) return { id, ...parsed.data };
  throw new BundleError(`${path}: ${describe(parsed.error.issues[0])}`);
}

/** The architecture that a config was read for. */
export function familyOf({ model_type }: ModelConfig): Family {
  return families[model_type];
}

function describe(issue: z.core.$ZodIssue): string {
  const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const key = [...issue.path, ...keys].join(".");
  return keys.length > 0
    ? `${key}: not known; it may change the numbers (take the key out if it does not)`
    : `${key}: ${issue.message}`;
}
