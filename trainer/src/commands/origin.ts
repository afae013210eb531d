import type { Origin } from "../activations/plan.ts";
import { openTokens } from "../text/token-file.ts";
import { loadedModel } from "./loaded-model.ts";
import { folders, type TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

/** Lends the text and the model that activations come from, and closes them afterwards. */
export async function withOrigin(
  run: TrainerRun,
  context: Context,
  work: (origin: Origin) => Promise<void>,
): Promise<void> {
  const tokens = await openTokens(folders.tokens(run));
  try {
    const { model } = await loadedModel(run, context);
    try {
      await work({ model, tokens });
    } finally {
      await model.dispose();
    }
  } finally {
    tokens.close();
  }
}
