import { dictionaryClasses } from "./dictionary-learning-classes.ts";
import { configsIn, folderOf, nameOf, type Opened } from "./folders.ts";
import type { Input, InputFile } from "./foreign.ts";
import { valueAt } from "./inside.ts";
import { isRecord, type Keys, keysOf, kinds } from "./keys.ts";

type Configs = { trainer: Keys; buffer: Keys; file: InputFile | null };

/** config.json in the file's folder, or in the one above checkpoints/; or what a checkpoint carries. */
export function configOf(input: Input, opened: Opened): Configs {
  const folder = folderOf(opened.file.path);
  for (const place of [folder, ...(nameOf(folder) === "checkpoints" ? [folderOf(folder)] : [])]) {
    const [config] = configsIn(input, place, (record) => isRecord(record.trainer));
    if (config)
      return {
        trainer: config.keys.within("trainer"),
        buffer: config.keys.within("buffer"),
        file: config.file,
      };
  }
  const { path } = opened.file;
  const carried = valueAt(opened, "config");
  return {
    trainer: keysOf(path, isRecord(carried) ? carried : {}, "config."),
    buffer: keysOf(path, {}),
    file: null,
  };
}

/** The class that is said: AutoEncoder of "AutoEncoder" and of "<class 'dictionary_learning.dictionary.AutoEncoder'>". */
export function classNamed(trainer: Keys): string | undefined {
  const said = trainer.read("dict_class", kinds.text);
  return said && (/(\w+)(?:'>)?$/.exec(said)?.[1] ?? said);
}

export function refuseClass(trainer: Keys, named: string): never {
  const why = named.includes("CrossCoder")
    ? "it reads several layers at once, which no dictionary does here"
    : "how it encodes is not known here";
  const known = Object.keys(dictionaryClasses).join(", ");
  return trainer.refuse("dict_class", `one of ${known} (of ${named.slice(0, 60)}, ${why})`);
}
