import { BundleError, UsageError } from "../bundle/index.ts";
import type { RepoFile } from "../hf/list-files.ts";
import { openRepo, type RepoOptions } from "../hf/open-repo.ts";
import { parseRepo, type Repo, repoName } from "../hf/repo.ts";
import { folderOf, nameOf } from "./folders.ts";
import type { Input } from "./foreign.ts";

/** A place in a repository of a model hub; `within` is a folder or a file, null where the repository itself is meant. */
export type RepoPlace = { repo: Repo; within: string | null };

/** An input of which it is known where it is from. */
export type Sourced = Input & { source: string; commit: string };

type Options = RepoOptions & {
  /** to take, whatever the revision stands at by now */
  commit: string | null;
  /** the dictionary of several that is meant, unless its place says it */
  where: string | null;
};

/** Most that is fetched of one dictionary, and of a JSON file beside it. */
const LIMIT_BYTES = 20 * 2 ** 30;
const LIMIT_JSON = 4 * 2 ** 20;

const WEIGHTS = /\.(safetensors|npz|pt|pth|pkl|bin|th)$/;
/** tensors that lie beside a dictionary and are none */
const ASIDE =
  /^(sparsity|optimizer.*|lr_scheduler.*|state|trainer_state|activations_store_state|rank_.*_state|training_args|activation_.*)\.[a-z]+$/;
const BESIDE = /\.(json|ya?ml)$|^activations_store_state\.safetensors$/;
const LISTED = 40;

/** ORG/NAME, ORG/NAME@REVISION, and :path/within after either. */
export function parseRepoPlace(text: string): RepoPlace {
  const at = text.indexOf(":");
  const [id, within] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  const path = within.replace(/^\.?\/+|\/+$/g, "");
  return { repo: parseRepo(id, "model"), within: path === "" ? null : path };
}

/**
 * The files of one folder of a repository, fetched: those of tensors, and what describes them beside and above. A
 * repository of many is not fetched: which of its folders is meant must be said.
 */
export async function openRepoInput(
  { repo, within }: RepoPlace,
  { commit, where, ...options }: Options,
): Promise<Sourced> {
  const opened = await openRepo({ ...repo, revision: commit ?? repo.revision }, options);
  const name = repoName(repo);
  const listed = await opened.list();
  const files = chooseFiles(listed, within ?? placeOf(where, listed), name);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > LIMIT_BYTES)
    throw new BundleError(
      `${name}: ${files[0].path} and what lies beside it have ${bytes} bytes (expected at most ${LIMIT_BYTES}); name one file: ${name}:${files[0].path}`,
    );
  await opened.fetchAll(files);
  const local = await Promise.all(
    files.map(async ({ path, bytes }) => ({ path, file: await opened.fetch(path), bytes })),
  );
  return { name: nameOf(repo.id), files: local, source: repo.id, commit: opened.commit };
}

/** Where one of several dictionaries lies, if that is a place in the repository; it may be a name within a file. */
function placeOf(where: string | null, files: RepoFile[]): string | null {
  const [place] = where?.split("#") ?? [];
  return place && files.some(({ path }) => isWithin(path, place)) ? place : null;
}

/** The files to fetch, those of tensors first. */
export function chooseFiles(files: RepoFile[], within: string | null, name: string): RepoFile[] {
  const tensors = files.filter(({ path }) => WEIGHTS.test(path) && !ASIDE.test(nameOf(path)));
  const meant = within === null ? tensors : tensors.filter(({ path }) => isWithin(path, within));
  const folders = [...new Set(meant.map(({ path }) => folderOf(path)))];
  if (folders.length === 0) throw nothingIn(tensors, within, name);
  // the folder that was named, when others lie in it
  const own = within !== null && folders.includes(within) ? [within] : folders;
  if (own.length > 1)
    throw new UsageError(
      `${name}: ${own.length} folders hold tensors; name one, as in ${name}:${own[0]}\n${listed(own)}`,
    );
  const [folder] = own;
  const chosen = meant.filter(({ path }) => folderOf(path) === folder);
  const places = [folder, folderOf(folder)];
  const beside = files.filter(
    ({ path, bytes }) =>
      BESIDE.test(nameOf(path)) && places.includes(folderOf(path)) && bytes <= LIMIT_JSON,
  );
  return [...chosen, ...beside];
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function nothingIn(tensors: RepoFile[], within: string | null, name: string): UsageError {
  if (tensors.length === 0)
    return new UsageError(
      `${name}: no file of tensors (expected .safetensors, .npz, .pt, .pth, .pkl or .bin)`,
    );
  const folders = [...new Set(tensors.map(({ path }) => folderOf(path) || "."))];
  return new UsageError(`${name}: no tensors in ${within}; they are in\n${listed(folders)}`);
}

function listed(folders: string[]): string {
  const more = folders.length > LISTED ? `\n  … and ${folders.length - LISTED} more` : "";
  return `${folders
    .slice(0, LISTED)
    .map((folder) => `  ${folder}`)
    .join("\n")}${more}`;
}
