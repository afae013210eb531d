import { toTokenPolicy } from "../activations/policy.ts";
import type { TokenPolicy } from "../bundle/index.ts";
import type { Model } from "../model/model.ts";
import { createEncoder, type Encoder } from "../sae/encoder.ts";
import { loadSae } from "../sae/files.ts";
import { refuseMisfit } from "../sae/refuse-misfit.ts";
import type { Sae } from "../sae/sae.ts";
import type { ModelSource } from "../text/model-source.ts";
import { openTokens, type TokenFile } from "../text/token-file.ts";
import { threadsOf } from "./config.ts";
import { loadedModel } from "./loaded-model.ts";
import { folders, type TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

export type Parts = {
  model: Model;
  tokens: TokenFile;
  sae: Sae;
  encoder: Encoder;
  policy: TokenPolicy;
};

/** Rows that the encoder works on at a time. */
const MAX_ROWS = 4096;

/** The text and the model, which may serve several autoencoders. */
export type Shared = { model: Model; tokens: TokenFile; source: ModelSource };

/** Lends what evaluation and dashboards are made with, and closes it afterwards. */
export async function opened(
  run: TrainerRun,
  context: Context,
  work: (parts: Parts, source: ModelSource) => Promise<void>,
): Promise<void> {
  await withModel(run, context, (shared) =>
    withSae(run, shared, (parts) => work(parts, shared.source)),
  );
}

export async function withModel(
  run: TrainerRun,
  context: Context,
  work: (shared: Shared) => Promise<void>,
): Promise<void> {
  const tokens = await openTokens(folders.tokens(run));
  try {
    const { model, source } = await loadedModel(run, context);
    try {
      await work({ model, source, tokens });
    } finally {
      await model.dispose();
    }
  } finally {
    tokens.close();
  }
}

export async function withSae(
  run: TrainerRun,
  { model, tokens }: Shared,
  work: (parts: Parts) => Promise<void>,
): Promise<void> {
  const { config } = run;
  const sae = await loadSae(folders.bundle(run));
  refuseMisfit(sae, config, model);
  const encoder = await createEncoder(sae, {
    threads: threadsOf(config),
    sae_kernel: config.sae_kernel,
    max_rows: MAX_ROWS,
  });
  try {
    const policy = toTokenPolicy(config, tokens.header.special_ids);
    await work({ model, tokens, sae, encoder, policy });
  } finally {
    await encoder.dispose();
  }
}

/** Lends the parts of several runs on the same model and text, in their order. */
export async function withSaes(
  [first, ...rest]: TrainerRun[],
  shared: Shared,
  work: (parts: Parts[]) => Promise<void>,
): Promise<void> {
  if (!first) return work([]);
  await withSae(first, shared, (own) => withSaes(rest, shared, (others) => work([own, ...others])));
}
