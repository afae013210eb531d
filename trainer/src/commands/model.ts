import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describedModel } from "../model/described-model.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import { modelFiles } from "../text/model-files.ts";
import { openModelSource } from "../text/model-source.ts";
import { modelOutcome } from "./model-outcome.ts";
import type { Verb } from "./verb.ts";

export const model: Verb = {
  words: "MODEL",
  summary:
    "Checks a model and says what it is: a folder, ORG/NAME or ORG/NAME@REVISION of a model hub, from which it is fetched first, or embedded. The variables HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_CACHE and HF_HUB_OFFLINE mean what they mean to Python's huggingface_hub.",
  flags: {},
  async run([spec], _flags, { report, signal }) {
    const { openModel } = await import("../model/open-model.ts");
    const check = (dir: string) => describedModel(dir, spec);
    const source = await openModelSource(spec, { report, signal, check });
    const { dir, id } = source;
    const { config, tokenizer } = await describedModel(dir, id);
    const { family, weights } = await openModel(dir, { id, report, signal });
    weights.close();
    const names = modelFiles(dir);
    const files = await Promise.all(
      names.map(async (name) => ({ name, bytes: (await stat(join(dir, name))).size })),
    );
    const shapes = [...family.weights(config).values()];
    return modelOutcome({
      spec,
      ...source,
      config,
      tokenizer,
      parameters: shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
      dtypes: [...new Set(names.flatMap((name) => dtypesOf(join(dir, name))))],
      files,
      weights_sha256: weights.sha256,
    });
  },
};

function dtypesOf(path: string): string[] {
  if (!path.endsWith(".safetensors")) return [];
  const file = readSafetensors(path);
  try {
    return file.names.map((name) => file.info(name).dtype);
  } finally {
    file.close();
  }
}
