import { type DictionaryPin, describeCfg, type ModelPin } from "../bundle/index.ts";
import type { TextSubject } from "../experiments/try-text.ts";
import { familyOf } from "../model/config.ts";
import { type DescribedModel, describedModel } from "../model/described-model.ts";
import { loadModel, type Model } from "../model/model.ts";
import { outWidth } from "../sae/config.ts";
import { createEncoder } from "../sae/encoder.ts";
import { configOf, readSae } from "../sae/files.ts";
import { encoderLayout } from "../sae/kernel/layout.ts";
import { kernelBytes } from "../sae/kernel/portable-kernel.ts";
import { refuseMisfit } from "../sae/refuse-misfit.ts";
import { installedModel, type ModelPlaces, NotInstalled, remedy } from "./installed-model.ts";
import { Kept } from "./kept.ts";

/** Rows that an encoder works on at a time. */
const MAX_ROWS = 64;

const MOST_DESCRIBED = 8;

export type LiveModel = DescribedModel & { model: Model; dispose(): Promise<void> };
export type LiveDictionary = TextSubject & { dispose(): Promise<void> };

export type OpenedOptions = ModelPlaces & { limit_bytes: number; threads: number };

/** Models and dictionaries that are loaded, within a bound on their memory. */
export class Opened {
  #options: OpenedOptions;
  #kept: Kept;
  /** of each model: a tokenizer takes longer to read than a sentence to compute */
  #described = new Map<string, Promise<DescribedModel>>();

  constructor(options: OpenedOptions) {
    this.#options = options;
    this.#kept = new Kept(options.limit_bytes);
  }

  /** All that one request needs, which must fit into the memory together. */
  async all(
    pin: ModelPin,
    dictionaries: DictionaryPin[],
  ): Promise<{ model: LiveModel; dictionaries: LiveDictionary[] }> {
    const dir = installedModel(pin, this.#options);
    const described = await this.#describe(dir, pin);
    const ofModel = modelBytes(described);
    const ofDictionaries = dictionaries.map((dictionary) => dictionaryBytes(dictionary));
    this.#kept.refuseBeyond(
      ofDictionaries.reduce((sum, bytes) => sum + bytes, ofModel),
      `${pin.id} and ${dictionaries.length === 1 ? "its dictionary" : `${dictionaries.length} dictionaries`}`,
    );
    const model = await this.#kept.get(
      `model ${pin.weights_sha256} ${pin.tokenizer_sha256}`,
      ofModel,
      () => this.#openModel(dir, pin, described),
    );
    const opened: LiveDictionary[] = [];
    for (const [i, dictionary] of dictionaries.entries()) {
      const key = `dictionary ${JSON.stringify([pin.weights_sha256, dictionary])}`;
      opened.push(
        await this.#kept.get(key, ofDictionaries[i], () => this.#openDictionary(dictionary, model)),
      );
    }
    return { model, dictionaries: opened };
  }

  #describe(dir: string, { id, weights_sha256, tokenizer_sha256 }: ModelPin) {
    const key = [dir, id, weights_sha256, tokenizer_sha256].join(" ");
    const found = this.#described.get(key) ?? describedModel(dir, id);
    if (this.#described.size >= MOST_DESCRIBED) this.#described.clear();
    this.#described.set(key, found);
    found.catch(() => this.#described.delete(key));
    return found;
  }

  async #openModel(dir: string, pin: ModelPin, described: DescribedModel): Promise<LiveModel> {
    const { threads, models_dir } = this.#options;
    const { tokenizer } = described;
    const refuse = (what: string, found: string, expected: string) =>
      new NotInstalled(
        `the model ${pin.id} in ${dir} has another ${what} than the one that the dictionary was made on (sha256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…); ${remedy(pin, models_dir)}`,
      );
    if (tokenizer.sha256 !== pin.tokenizer_sha256)
      throw refuse("tokenizer", tokenizer.sha256, pin.tokenizer_sha256);
    const model = await loadModel(dir, { threads, id: pin.id, device: "auto" });
    if (model.weights_sha256 === pin.weights_sha256)
      return { ...described, model, dispose: () => model.dispose() };
    await model.dispose();
    throw refuse("set of weights", model.weights_sha256, pin.weights_sha256);
  }

  async #openDictionary(
    { cfg, path, token_policy }: DictionaryPin,
    { model }: LiveModel,
  ): Promise<LiveDictionary> {
    const { hook_name, hook_name_out } = describeCfg(cfg);
    const sae = readSae(cfg, path);
    refuseMisfit(sae, { hook_name, hook_name_out }, model);
    const { threads } = this.#options;
    const encoder = await createEncoder(sae, { threads, max_rows: MAX_ROWS });
    return {
      encoder,
      hook_name,
      hook_name_out,
      policy: token_policy,
      dispose: () => encoder.dispose(),
    };
  }
}

/** Its weights in float32, and again as its engine packs them. */
function modelBytes({ config }: DescribedModel): number {
  const shapes = [...familyOf(config).weights(config).values()];
  return 8 * shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** What its kernel takes, and the weights on their way there. */
function dictionaryBytes({ cfg }: DictionaryPin): number {
  const config = configOf(cfg);
  const bytes = kernelBytes({ threads: 1, ...encoderLayout(config, MAX_ROWS) });
  const ofKernel = Object.values(bytes).reduce((sum, part) => sum + part, 0);
  return ofKernel + 4 * config.d_sae * (config.d_in + outWidth(config));
}
