import { BundleError } from "../bundle/index.ts";
import type { Foreign, Input, InputFile, TensorFile } from "./foreign.ts";
import { readJson } from "./json.ts";
import { isRecord, type Keys, keysOf } from "./keys.ts";
import { holdsTensors, openTensors } from "./tensors.ts";

/** A file of tensors, opened: nothing of it is held but what it lists. */
export type Opened = TensorFile & { file: InputFile };

/** The folder of a path within what was given: "" at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const folders = new WeakMap<Input, Map<string, InputFile[]>>();

/** The files of a folder itself. */
export function filesIn(input: Input, folder: string): InputFile[] {
  let known = folders.get(input);
  if (!known) {
    known = new Map();
    for (const file of input.files) {
      const folder = folderOf(file.path);
      const there = known.get(folder);
      if (there) there.push(file);
      else known.set(folder, [file]);
    }
    folders.set(input, known);
  }
  return known.get(folder) ?? [];
}

/** What a dictionary is called in messages and by `--where`: its folder, or what was given where that is it. */
function whereOf(input: Input, folder: string): string {
  return folder === "" ? input.name : folder;
}

const openedFiles = new WeakMap<InputFile, Opened | BundleError | null>();

/**
 * The tensors of a file; null when its first bytes are of nothing that holds tensors, or it cannot be read, which
 * `refusals` tells. Every format asks, so it is kept.
 */
export function tensorsOf(file: InputFile): Opened | null {
  let opened = openedFiles.get(file);
  if (opened === undefined) {
    opened = openOrRefusal(file);
    openedFiles.set(file, opened);
  }
  return opened instanceof BundleError ? null : opened;
}

function openOrRefusal(file: InputFile): Opened | BundleError | null {
  try {
    return holdsTensors(file) ? { file, ...openTensors(file) } : null;
  } catch (error) {
    if (error instanceof BundleError) return error;
    throw error;
  }
}

/** Why files that look as if they held tensors could not be read. */
export function refusals({ files }: Input): string[] {
  return files.flatMap((file) => {
    const opened = openedFiles.get(file);
    return opened instanceof BundleError ? [opened.message] : [];
  });
}

/** Names under which systems keep how a dictionary is to be read; what cannot be read under them is an error. */
const configNames = ["cfg.json", "config.json", "hyperparams.json"];

export type Config = { file: InputFile; keys: Keys };
/** A file of tensors beside a config, and what the dictionary is called. */
export type Candidate = { where: string; opened: Opened; config: Config };

type Marks = {
  /** whether a file's tensors look like the format's */
  holds(opened: Opened): boolean;
  isConfig(record: Record<string, unknown>): boolean;
  /** where its config lies: the folder of the tensors, if not said otherwise */
  configFolders?(folder: string): string[];
};

/** The files of tensors that have a format's marks, each with the config beside it that has them, too. */
export function withConfigs(input: Input, { holds, isConfig, configFolders }: Marks): Candidate[] {
  const found = input.files.flatMap((file) => {
    const opened = tensorsOf(file);
    if (!opened || !holds(opened)) return [];
    const folder = folderOf(file.path);
    for (const place of configFolders?.(folder) ?? [folder]) {
      const [config] = configsIn(input, place, isConfig);
      if (config) return [{ folder: folderOf(config.file.path), opened, config }];
    }
    return [];
  });
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { folder } of found) (seen.has(folder) ? shared : seen).add(folder);
  return found.map(({ folder, opened, config }) => {
    const where = shared.has(folder) ? opened.file.path : whereOf(input, folder);
    return { where, opened, config };
  });
}

/** The objects in a folder's JSON files that look like a format's own, by their keys. */
export function configsIn(
  input: Input,
  folder: string,
  isConfig: (record: Record<string, unknown>) => boolean,
): Config[] {
  return filesIn(input, folder)
    .filter(({ path }) => path.endsWith(".json"))
    .flatMap((file) => {
      const json = jsonOf(file);
      if (!isRecord(json) || !isConfig(json)) return [];
      return [{ file, keys: keysOf(file.path, json) }];
    })
    .sort((a, b) => rank(a.file) - rank(b.file));
}

/** What systems call a config goes before what looks like one. */
function rank({ path }: InputFile): number {
  const at = configNames.indexOf(nameOf(path));
  return at < 0 ? configNames.length : at;
}

const jsons = new WeakMap<InputFile, unknown>();

/** Of what is called otherwise, so many bytes may be a config: pages of features are JSON, too, and are not kept. */
const SMALL = 2 ** 18;

function jsonOf(file: InputFile): unknown {
  if (jsons.has(file)) return jsons.get(file);
  const isNamed = configNames.includes(nameOf(file.path));
  let json: unknown;
  try {
    if (isNamed || file.bytes <= SMALL) json = readJson(file);
  } catch (error) {
    if (isNamed) throw error;
  }
  jsons.set(file, json);
  return json;
}

/**
 * Reads each of many; those that are refused are named in the notes of the others, so that one damaged folder of a
 * release does not keep the rest. When all are refused, it is the first one's error.
 */
export async function readEach<T>(
  many: T[],
  read: (one: T) => Foreign | Promise<Foreign>,
): Promise<Foreign[]> {
  const found: Foreign[] = [];
  const refused: BundleError[] = [];
  for (const one of many)
    try {
      found.push(await read(one));
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      refused.push(error);
    }
  if (found.length === 0 && refused.length > 0) throw refused[0];
  const notes = refused.slice(0, 8).map(({ message }) => `left aside beside it: ${message}`);
  if (refused.length > 8) notes.push(`left aside beside it: ${refused.length - 8} more`);
  for (const { described } of found) described.notes.push(...notes);
  return found;
}
