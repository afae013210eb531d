import { BundleError } from "../bundle/index.ts";
import { foreignOf, needTensor, refuseUnknown, Said } from "./described.ts";
import { classesOf, dictionaryClasses } from "./dictionary-learning-classes.ts";
import { classNamed, configOf, refuseClass } from "./dictionary-learning-config.ts";
import { sayPlace } from "./dictionary-learning-place.ts";
import { sayRule, sayScale } from "./dictionary-learning-rule.ts";
import { folderOf, nameOf, type Opened } from "./folders.ts";
import type { Foreign, Format, Input, InputFile } from "./foreign.ts";
import { readSeen, type Seen, sizesBy, under } from "./inside.ts";
import { type Keys, kinds } from "./keys.ts";
import { readSpellings } from "./spellings.ts";

/**
 * saprmarks/dictionary_learning: ae.pt, the state_dict of a class that config.json beside it names. A run that goes
 * on keeps {step, ae, optimizer, config, norm_factor} in the same ae.pt.
 */
export const dictionaryLearning: Format = {
  name: "dictionary_learning",
  find: (input) => readSeen(input, (opened) => see(input, opened)),
};

/** What is known of a file before its numbers are looked at. */
export type Run = {
  whole: Opened;
  /** the file with the tensors of the dictionary alone */
  opened: Opened;
  /** what their names begin with: "ae." in mid-training */
  prefix: "ae." | "";
  /** of the trainer and of the buffer of activations */
  trainer: Keys;
  buffer: Keys;
  configFile: InputFile | null;
  /** the class, or those that it can be where nothing says which */
  classes: string[];
  isNamed: boolean;
};

function see(input: Input, whole: Opened): Seen[] {
  if (isEarlier(input, whole.file)) return [];
  const prefix: Run["prefix"] = ["ae.encoder.weight", "ae.W_enc"].some((name) =>
    whole.tensors.has(name),
  )
    ? "ae."
    : "";
  const opened = under(whole, prefix);
  const names = [...opened.tensors.keys()].map((name) => name.slice(prefix.length));
  if (!names.includes("encoder.weight") && !names.includes("W_enc")) return [];
  try {
    const { trainer, buffer, file } = configOf(input, whole);
    const named = classNamed(trainer);
    const classes = named === undefined ? classesOf(names) : [named];
    const isNamed = named !== undefined;
    const run = { whole, opened, prefix, trainer, buffer, configFile: file, classes, isNamed };
    return classes.length === 0 ? [] : [() => readOne(input, run)];
  } catch (error) {
    return [
      () => {
        throw error; // of a damaged config, so that it keeps none of the others
      },
    ];
  }
}

/** checkpoints/ae_STEP.pt beside whose folder the run's ae.pt is there as well. */
function isEarlier({ files }: Input, { path }: InputFile): boolean {
  const folder = folderOf(path);
  const run = folderOf(folder);
  const last = run === "" ? "ae.pt" : `${run}/ae.pt`;
  return nameOf(folder) === "checkpoints" && files.some((file) => file.path === last);
}

/** What b_dec was called in one class or version and another. */
const biases = ["bias", "b_dec", "decoder_bias"];

function readOne(input: Input, run: Run): Foreign {
  const { opened, prefix, classes } = run;
  if (!Object.hasOwn(dictionaryClasses, classes[0])) refuseClass(run.trainer, classes[0]);
  const known = dictionaryClasses[classes[0]];
  const names = [...known.tensors, ...known.optional].map((name) =>
    biases.includes(name)
      ? (biases.find((bias) => opened.tensors.has(prefix + bias)) ?? name)
      : name,
  );
  refuseUnknown(
    opened,
    names.map((name) => prefix + name),
  );
  for (const name of names.slice(0, known.tensors.length)) needTensor(opened, prefix + name);
  const { weights, encoder, decoder } = readSpellings(opened, prefix);
  if (!weights.W_enc || !encoder || !decoder)
    throw new BundleError(`${opened.file.path}: ${classes[0]} without an encoder and a decoder`);
  const said = new Said();
  said.sayAll(
    { encoder, decoder },
    encoder === "d_sae,d_in"
      ? "an nn.Linear keeps its weight as [out, in]"
      : `${classes[0]} multiplies x · W_enc and acts · W_dec`,
  );
  const because = run.isNamed
    ? `${run.trainer.says("dict_class")}, which encodes ${known.encodes}`
    : `its tensors are those of ${classes.join(" or ")}`;
  said.sayAll({ subtract_b_dec: known.subtract_b_dec, normalize_activations: "none" }, because);
  said.sayAll(
    { decoder_rows: "stored", rescale_acts_by_decoder_norm: false },
    `${classes.join(" or ")} uses directions and activations as they are`,
  );
  const k = sayRule({ run, weights, said, because });
  sayScale(run, said);
  sayPlace(run, said);
  sayEarlier(input, run.opened.file, said);
  return foreignOf({
    format: "dictionary_learning",
    where: run.opened.file.path,
    sizes: sizesBy(opened, weights.W_enc, encoder),
    opened,
    weights,
    said,
    trained: {
      architecture: classes.length === 1 ? known.trained : null,
      k,
      context_size: run.buffer.read("ctx_len", kinds.size) ?? null,
    },
    files: run.configFile ? [run.configFile] : [],
  });
}

function sayEarlier(input: Input, { path }: InputFile, said: Said): void {
  const run = folderOf(path);
  const steps = input.files
    .map((file) => file.path)
    .filter((one) => nameOf(folderOf(one)) === "checkpoints" && folderOf(folderOf(one)) === run)
    .filter((one) => one.endsWith(".pt"));
  if (steps.length > 0)
    said.notes.push(
      `earlier steps are there as ${steps.join(", ")}: give one of them alone to take it`,
    );
}
