import { UsageError } from "../../bundle/index.ts";
import type { RepoFile } from "../../hf/list-files.ts";
import { formatOf } from "./text-file.ts";

/** A data file of a dataset, and which part of it the file holds. */
type DataFile = { path: string; bytes: number; config: string; split: string };

/** A branch that the hub makes of most datasets: CONFIG/SPLIT/0000.parquet and so on. */
export const CONVERTED = "refs/convert/parquet";

/** The files of the converted branch; of a large dataset it holds a first part, "partial-SPLIT". */
export function convertedFiles(files: RepoFile[]): DataFile[] {
  return files.flatMap(({ path, bytes }) => {
    const [, config, split] = /^(.+)\/(?:partial-)?([^/]+)\/[^/]+\.parquet$/.exec(path) ?? [];
    return config ? [{ path, bytes, config, split }] : [];
  });
}

/** Files that people put there, as they usually name them: data/train-00000-of-00004.parquet, en/test.jsonl.gz */
export function ownFiles(files: RepoFile[]): DataFile[] {
  const data = files.filter(
    ({ path }) => formatOf(path) && !/(^|\/)(\.|dataset_infos?\.json|.*\.md$)/i.test(path),
  );
  const kinds = ["parquet", "jsonl", "text"].map((kind) =>
    data.filter(({ path }) => formatOf(path)?.kind === kind),
  );
  // the same documents often lie there in two formats
  return (kinds.find((some) => some.length > 0) ?? []).map(({ path, bytes }) => {
    const folders = path.split("/");
    const name = folders.pop() as string;
    const config = folders.filter((folder) => folder !== "data" && !splitIn(folder)).join("/");
    const [, numbered] = /^(.+)-\d{5}-of-\d{5}\b/.exec(name) ?? [];
    const split = numbered ?? [name, ...folders.reverse()].map(splitIn).find(Boolean) ?? "train";
    return { path, bytes, config: config || "default", split };
  });
}

const splits = {
  train: /(?:^|[^a-z0-9])train(ing)?(?![a-z0-9])/i,
  test: /(?:^|[^a-z0-9])(test(ing)?|eval(uation)?)(?![a-z0-9])/i,
  validation: /(?:^|[^a-z0-9])(valid(ation)?|val|dev)(?![a-z0-9])/i,
};

function splitIn(name: string): string | null {
  return Object.entries(splits).find(([, words]) => words.test(name))?.[0] ?? null;
}

/** The files of one config and split, in order; what there is instead is said when they are none. */
export function choosePart(
  files: DataFile[],
  { config, split }: { config: string | null; split: string | null },
  name: string,
): DataFile[] {
  if (files.length === 0) throw new UsageError(`${name}: holds no files of text`);
  const inConfig = choose(files, "config", config ?? "default", config === null, name);
  const chosen = choose(inConfig, "split", split ?? "train", split === null, name);
  return chosen.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Of the values of a key the one asked for; when none was asked for, the only one will do. */
function choose(
  files: DataFile[],
  key: "config" | "split",
  asked: string,
  isDefault: boolean,
  name: string,
): DataFile[] {
  const values = [...new Set(files.map((file) => file[key]))];
  const value = isDefault && values.length === 1 ? values[0] : asked;
  const chosen = files.filter((file) => file[key] === value);
  if (chosen.length > 0) return chosen;
  const some = values.slice(0, 20).join(", ") + (values.length > 20 ? ", …" : "");
  throw new UsageError(`${name}: no ${key} ${asked}; --text_${key} names one of ${some}`);
}
