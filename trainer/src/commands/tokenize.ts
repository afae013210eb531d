import { UsageError } from "../bundle/index.ts";
import type { DescribedModel } from "../model/described-model.ts";
import { corpusId, modelId } from "../text/config.ts";
import { openTokens } from "../text/token-file.ts";
import { groups } from "./config.ts";
import { folders, type StageWork, stageVerb, type TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

export const tokenizeStage: StageWork = {
  name: "tokenize",
  async work(run, context) {
    const { config } = run;
    const { openCorpus } = await import("../text/corpus/open-corpus.ts");
    const { tokenize } = await import("../text/tokenize.ts");
    const { tokenizer } = await modelFor(run, context);
    const corpus = await openCorpus(config, context);
    const { text_column, context_size, max_tokens, held_out_fraction } = config;
    const { shuffle_documents, shuffle_seed } = config;
    const options = {
      ...corpus,
      corpus_id: corpusId(config),
      text_column,
      context_size,
      max_tokens,
      held_out_fraction,
      shuffle_documents,
      shuffle_seed,
    };
    await tokenize(folders.tokens(run), tokenizer, options, context);
  },
  async outcome(run) {
    const dir = folders.tokens(run);
    const tokens = await openTokens(dir);
    tokens.close();
    const { corpus, n_contexts, held_out_contexts, context_size } = tokens.header;
    const text = `${dir}: ${n_contexts} contexts of ${context_size} tokens (${held_out_contexts} held out) from ${corpus.documents} documents of ${corpus.id}`;
    return { text, data: { dir, ...tokens.header } };
  },
};

export const tokenize = stageVerb(
  tokenizeStage,
  "Turns text into contexts of token ids, in RUN_DIR/tokens.",
  groups.tokenize,
);

/** The run's model, as far as its text needs it; what it can't take is refused before weights or text are fetched. */
async function modelFor(run: TrainerRun, context: Context): Promise<DescribedModel> {
  const { describedModel } = await import("../model/described-model.ts");
  const { modelOf } = await import("./run-model.ts");
  const { context_size } = run.config;
  const describe = async (dir: string) => {
    const described = await describedModel(dir, modelId(run.config));
    const { id, n_ctx } = described.config;
    if (context_size > n_ctx)
      throw new UsageError(
        `--context_size ${context_size}: longer than the ${n_ctx} tokens that ${id} can see`,
      );
    return described;
  };
  const { dir } = await modelOf(run, context, describe);
  return describe(dir);
}
