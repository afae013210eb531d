import { type ConnectionSource, experiments } from "../../bundle/index.ts";
import { activationsOfBoth } from "../../experiments/connections/activations-of-both.ts";
import { toColumns, variancesOf } from "../../experiments/connections/columns.ts";
import { type ConnectConfig, connectConfig } from "../../experiments/connections/config.ts";
import { connect as connectFeatures } from "../../experiments/connections/connect.ts";
import type { Connected } from "../../experiments/connections/connector.ts";
import type { Pair } from "../../experiments/connections/samples.ts";
import { storeConnections } from "../../experiments/connections/store.ts";
import { summarise } from "../../experiments/connections/summary.ts";
import { Random } from "../../tensor/random.ts";
import { computeConfig, threadsOf } from "../config.ts";
import { checkConfig } from "../flags.ts";
import { type Parts, withModel, withSaes } from "../opened.ts";
import { percent } from "../summary.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import { ofSchema } from "./experiment-verb.ts";
import { inSealedRuns, refuseMixed, type SealedRun } from "./sealed-runs.ts";

const { title, formula_version } = experiments.connections;

export const connect: Verb = {
  words: "RUN_DIR_FROM RUN_DIR_TO",
  summary:
    "Learns what each feature of RUN_DIR_TO's dictionary is built from: sparse sums of the features that RUN_DIR_FROM's has at the same tokens. The result goes into RUN_DIR_TO/bundle, beside those of other sources.",
  flags: { [title]: connectConfig, Machine: computeConfig },
  run: (dirs, given, context) => {
    const config = checkConfig(connectConfig, ofSchema(connectConfig, given));
    return inSealedRuns(dirs, ofSchema(computeConfig, given), async (runs) => {
      refuseMixed(runs);
      const [from, to] = runs;
      const sources = sourcesOf(to);
      const before = sources.find((source) => isMade(source, from, config));
      if (before) {
        context.say("connections: done before");
        return outcomeOf(to, before);
      }
      const { source, rows } = await measure(from, to, config, context);
      context.signal.throwIfAborted();
      await storeConnections(to.bundle, sources, source, rows);
      return outcomeOf(to, source);
    });
  },
};

/** The sources that were connected before, unless by another formula: those are made anew. */
function sourcesOf({ evaluation: { experiments } }: SealedRun): ConnectionSource[] {
  const { connections } = experiments;
  return connections?.formula_version === formula_version ? connections.sources : [];
}

function isMade(source: ConnectionSource, from: SealedRun, config: ConnectConfig): boolean {
  return (
    source.name === from.manifest.name &&
    source.weights_sha256 === weightsOf(from) &&
    JSON.stringify(source.config) === JSON.stringify(config)
  );
}

function weightsOf({ manifest }: SealedRun): string {
  return manifest.files["sae_weights.safetensors"]?.sha256 ?? "";
}

type Measured = { source: ConnectionSource; rows: Connected[] };

async function measure(
  from: SealedRun,
  to: SealedRun,
  config: ConnectConfig,
  context: Context,
): Promise<Measured> {
  const pairs: { train: Pair; heldOut: Pair }[] = [];
  await withModel(to.run, context, (shared) =>
    withSaes([from.run, to.run], shared, async ([a, b]) => {
      const input = {
        ...b,
        ...context,
        from: { hook_name: from.manifest.sae.hook_name, encoder: a.encoder },
        to: { hook_name: to.manifest.sae.hook_name, encoder: b.encoder },
      };
      const [training, heldOut] = chosenContexts(b.tokens, config);
      pairs.push({
        train: await activationsOfBoth(input, training, "training text"),
        heldOut: await activationsOfBoth(input, heldOut, "held-out text"),
      });
    }),
  );
  const [{ train, heldOut }] = pairs;
  const [d_from, d_to] = [from, to].map(({ manifest }) => manifest.sae.d_sae);
  const threads = threadsOf(to.run.config);
  const input = { train, heldOut, d_from, d_to, threads, ...context };
  const rows = await connectFeatures(input, config);
  const { name, sae } = from.manifest;
  const source: ConnectionSource = {
    name,
    hook_name: sae.hook_name,
    weights_sha256: weightsOf(from),
    d_sae: d_from,
    tokens: train.to.n,
    held_out_tokens: heldOut.to.n,
    config,
    ...summarise(rows, variancesOf(toColumns(heldOut.to, d_to))),
  };
  return { source, rows };
}

/** Contexts of the training text, drawn at random, and the first of the held-out text; each in order. */
function chosenContexts(
  { context_size, n_contexts, held_out_contexts }: Parts["tokens"],
  { tokens, held_out_tokens, seed }: ConnectConfig,
): [training: number[], heldOut: number[]] {
  const training = Array.from(
    { length: n_contexts - held_out_contexts },
    (_, i) => held_out_contexts + i,
  );
  const chosen = new Random(seed, "connections")
    .shuffle(training)
    .slice(0, Math.ceil(tokens / context_size))
    .sort((a, b) => a - b);
  const heldOut = Math.min(held_out_contexts, Math.ceil(held_out_tokens / context_size));
  return [chosen, Array.from({ length: heldOut }, (_, i) => i)];
}

function outcomeOf({ bundle, manifest }: SealedRun, source: ConnectionSource): Outcome {
  const { name, linear, relu, relu_adds, tokens, held_out_tokens } = source;
  const shareOf = (share: number | null) => (share === null ? "nothing" : percent(share));
  const lines = Object.entries({ "W F1": linear, "ReLU(W' F1)": relu }).flatMap(([what, fit]) =>
    fit === null
      ? []
      : [
          `${what}: ${shareOf(fit.together)} of all variance, ${shareOf(fit.mean)} of a feature's on average, with ${fit.l0.mean.toFixed(1)} weights`,
          `  explained above ${fit.above.map(({ threshold, share }) => `${threshold}: ${shareOf(share)}`).join(", ")} of ${fit.features} features`,
        ],
  );
  return {
    text: [
      `${manifest.name} from ${name}: learnt from ${tokens} tokens, measured on ${held_out_tokens} held out`,
      ...lines,
      ...(relu_adds
        ? [`ReLU adds ${shareOf(relu_adds.mean)} to a feature's share on average`]
        : []),
    ].join("\n"),
    data: { bundle, experiment: "connections", source },
  };
}
