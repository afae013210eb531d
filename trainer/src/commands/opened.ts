import { toTokenPolicy } from "../activations/policy.ts";
import type { TokenPolicy } from "../bundle/index.ts";
import { loadModel, type Model } from "../model/model.ts";
import { createEncoder, type Encoder } from "../sae/encoder.ts";
import { loadSae } from "../sae/files.ts";
import type { Sae } from "../sae/sae.ts";
import { modelFolder, modelId } from "../text/config.ts";
import { openTokens, type TokenFile } from "../text/token-file.ts";
import { threadsOf } from "./config.ts";
import { folders, type TrainerRun } from "./stage-verb.ts";

type Parts = { model: Model; tokens: TokenFile; sae: Sae; encoder: Encoder; policy: TokenPolicy };

/** Rows that the encoder works on at a time. */
const MAX_ROWS = 4096;

/** Lends what evaluation and dashboards are made with, and closes it afterwards. */
export async function opened(
  run: TrainerRun,
  work: (parts: Parts) => Promise<void>,
): Promise<void> {
  const { config } = run;
  const threads = threadsOf(config);
  const tokens = await openTokens(folders.tokens(run));
  try {
    const sae = await loadSae(folders.bundle(run));
    const model = await loadModel(modelFolder(config), { threads, id: modelId(config) });
    const encoder = await createEncoder(sae, { threads, max_rows: MAX_ROWS });
    try {
      const policy = toTokenPolicy(config, tokens.header.special_ids);
      await work({ model, tokens, sae, encoder, policy });
    } finally {
      await Promise.all([model.dispose(), encoder.dispose()]);
    }
  } finally {
    tokens.close();
  }
}
