import { BundleError } from "../bundle/index.ts";
import { foreignOf, Said } from "./described.ts";
import type { Opened } from "./folders.ts";
import type { Foreign, Format } from "./foreign.ts";
import { readSeen, type Seen, sizesBy, under, valueAt } from "./inside.ts";
import { isRecord } from "./keys.ts";
import { type LearnedDict, readLearnedDict } from "./learned-dict-classes.ts";

/** HoagyC/sparse_coding: learned_dicts.pt, a pickled list of (LearnedDict, hyperparameters); or one LearnedDict. */
export const learnedDicts: Format = {
  name: "learned_dicts",
  find: (input) =>
    readSeen(input, (opened) =>
      itemsOf(opened).map(
        (item): Seen =>
          () =>
            readOne(opened, item),
      ),
    ),
};

type Item = {
  /** its place in the list; null: there is no list */
  at: number | null;
  name: string;
  prefix: string;
};

/** Where inert records are; modules of torch, which have `_parameters`, are none. */
function itemsOf(opened: Opened): Item[] {
  const at = (prefix: string) => {
    const said = valueAt(opened, `${prefix}__class__`);
    const isModule = opened.tensors.has(`${prefix}_parameters.encoder`);
    return typeof said === "string" && !isModule ? (said.split(".").at(-1) ?? null) : null;
  };
  const alone = at("");
  if (alone) return [{ at: null, name: alone, prefix: "" }];
  const items: Item[] = [];
  for (let i = 0; ; i++) {
    const prefix = [`${i}.0.`, `${i}.`].find((one) => at(one) !== null);
    const name = prefix && at(prefix);
    if (!name) return items;
    items.push({ at: i, name, prefix });
  }
}

function readOne(whole: Opened, { at, name, prefix }: Item): Foreign {
  const { path } = whole.file;
  const opened = under(whole, prefix);
  const where = at === null ? path : `${path}#${at}`;
  const said = new Said();
  const dict = readLearnedDict({ where, name, prefix, opened });
  sayDict(said, name, dict);
  sayPath(path, said);
  if (at !== null) said.notes.push(...hyperparameters(whole, `${at}.1`));
  if (!dict.weights.W_enc) throw new BundleError(`${where}: ${name} without an encoder`);
  return foreignOf({
    format: "learned_dicts",
    where,
    sizes: sizesBy(opened, dict.weights.W_enc, "d_sae,d_in"),
    opened,
    weights: dict.weights,
    said,
    trained: { architecture: dict.architecture, k: dict.k },
  });
}

function sayDict(said: Said, name: string, dict: LearnedDict): void {
  const { architecture, k, subtract_b_dec, decoder_rows } = dict;
  said.sayAll(
    {
      architecture,
      k,
      encoder: "d_sae,d_in",
      subtract_b_dec,
      normalize_activations: "none",
      input_scale: 1,
    },
    `${name} encodes ${dict.encodes}`,
  );
  said.sayAll(
    { decoder: "d_sae,d_out", decoder_rows, rescale_acts_by_decoder_norm: false },
    `${name} decodes with ${dict.decodes}`,
  );
  said.say("hook_name_out", null, `${name} gives back what it reads`);
  said.notes.push(...dict.notes);
}

function hyperparameters(opened: Opened, name: string): string[] {
  const record = valueAt(opened, name);
  const pairs: [string, unknown][] = isRecord(record) ? Object.entries(record) : [];
  const plain = pairs.filter(([, value]) => ["number", "string"].includes(typeof value));
  if (plain.length === 0) return [];
  return [`hyperparameters: ${plain.map(([key, value]) => `${key} ${value}`).join(", ")}`];
}

const sites: Record<string, string> = {
  resid: "hook_resid_post",
  residual: "hook_resid_post",
  mlp: "mlp.hook_post",
  mlpout: "hook_mlp_out",
};

/** The hook by a folder like tied_residual_l2_r4, where it is such. */
function sayPath(path: string, said: Said): void {
  const [found, place, layer] = /(resid(?:ual)?|mlpout|mlp)_l(\d{1,4})(?=[_/])/.exec(path) ?? [];
  if (!found || !place) return;
  said.sayHook("hook_name", `blocks.${Number(layer)}.${sites[place]}`, `its path says ${found}`);
}
