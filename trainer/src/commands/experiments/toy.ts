import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import {
  type Toy,
  type ToyMeasure,
  type ToyResult,
  toyMeasures,
  toy as toySchema,
  UsageError,
} from "../../bundle/index.ts";
import { writeJson } from "../../bundle/json-files.ts";
import {
  type ToyConfig,
  type ToySetting,
  toyConfig,
  toySettings,
  toyTrainConfig,
} from "../../experiments/toy/config.ts";
import { learnToy } from "../../experiments/toy/learn.ts";
import { plantedConfig } from "../../experiments/toy/planted-config.ts";
import { toSlug } from "../../text/slug.ts";
import { kernelEngine } from "../../train/engines.ts";
import { computeConfig, threadsOf } from "../config.ts";
import { checkConfig } from "../flags.ts";
import { parseUrl, readToken } from "../hub.ts";
import { tell, toHubError } from "../report/hub-link.ts";
import { lockAll, readConfig, writeConfig } from "../run-folder.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import { trainerVersion } from "../version.ts";
import { ofSchema } from "./experiment-verb.ts";

const FORMULA_VERSION = 1;

const machineConfig = computeConfig.pick({ sae_kernel: true, threads: true });
type Machine = z.output<typeof machineConfig>;

const hubConfig = z.object({
  to: z
    .string()
    .nullable()
    .default(null)
    .describe("address of a hub that shall show it; null: none"),
  token: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "token for that hub, an API token with the scope runs or its RUN_TOKEN, or @FILE that holds it; null: HUB_TOKEN",
    ),
});

export const toy: Verb = {
  words: "DIR",
  summary:
    "Plants dictionaries whose features are known, trains autoencoders on them, and says how much of the truth they found: independent features, correlated ones, and pairs A, B that are often on together. Every combination of what is given several times is trained in DIR/NAME; the result is DIR/toy.json.",
  flags: {
    "What is planted": plantedConfig,
    "How it is learnt": toyTrainConfig,
    Machine: machineConfig,
    Hub: hubConfig,
  },
  async run([dir], given, context) {
    const config = checkConfig(toyConfig, ofSchema(toyConfig, given));
    const machine = checkConfig(machineConfig, ofSchema(machineConfig, given));
    const { to, token } = checkConfig(hubConfig, ofSchema(hubConfig, given));
    const settings = toySettings(config);
    const hub = to === null ? null : parseUrl(to);
    const release = lockAll([dir]);
    try {
      refuseOthers(dir, config);
      const found = await trainAll(dir, config, settings, machine, context);
      const address = hub && (await send(found, hub, readToken(token)));
      return outcomeOf(join(dir, "toy.json"), found, address);
    } finally {
      release();
    }
  },
};

/** A folder holds the toys of one configuration. */
function refuseOthers(dir: string, config: ToyConfig): void {
  const saved = readConfig(dir);
  if (saved !== null && JSON.stringify(saved) !== JSON.stringify(config))
    throw new UsageError(`${dir}: holds toys of other settings (config.json); take another folder`);
  writeConfig(dir, config, Object.keys(config));
}

async function trainAll(
  dir: string,
  config: ToyConfig,
  settings: ToySetting[],
  machine: Machine,
  context: Context,
): Promise<Toy> {
  const path = join(dir, "toy.json");
  if (existsSync(path)) {
    context.say("toy: done before");
    return toySchema.parse(JSON.parse(await readFile(path, "utf8")));
  }
  const options = { ...machine, threads: threadsOf(machine), ...context };
  const results: ToyResult[] = [];
  for (const [at, setting] of settings.entries()) {
    context.signal.throwIfAborted();
    context.say(`toy: ${setting.name}, ${at + 1} of ${settings.length}`);
    results.push(await learnToy(join(dir, setting.name), config, setting, options));
  }
  const made = toySchema.parse({
    toy_version: 1,
    formula_version: FORMULA_VERSION,
    name: nameOf(dir),
    trainer_version: trainerVersion(),
    engine: kernelEngine(machine.sae_kernel).name,
    seed: config.seed,
    tokens: config.train_tokens,
    held_out_tokens: config.held_out_rows,
    config,
    results,
  });
  await writeJson(path, made);
  return made;
}

/** The folder's name as it can stand in an address. */
function nameOf(dir: string): string {
  return toSlug(basename(resolve(dir))) || "toy";
}

const taken = z.object({ address: z.string() });

async function send(found: Toy, hub: URL, token: string | null): Promise<string> {
  const { address } = await tell(new URL("/api/v1/toys", hub), token, found, taken).catch(
    (error) => {
      throw toHubError(hub, error);
    },
  );
  return new URL(address, hub).href;
}

const shown: ToyMeasure[] = ["mmcs", "found", "composed_learnt", "fvu", "l0", "l0_true"];

function outcomeOf(path: string, { results }: Toy, address: string | null): Outcome {
  const width = Math.max(...results.map(({ name }) => name.length)) + 2;
  const head =
    "".padEnd(width) + shown.map((name) => toyMeasures[name].title.padStart(17)).join("");
  const lines = results.map(({ name, measures }) => {
    const cells = shown.map((measure) => {
      const value = measures[measure];
      return (value === null ? "–" : value.toFixed(toyMeasures[measure].digits)).padStart(17);
    });
    return name.padEnd(width) + cells.join("");
  });
  const end = address === null ? [] : ["", `To see it: ${address}`];
  return { text: [path, "", head, ...lines, ...end].join("\n"), data: { path, address, results } };
}
