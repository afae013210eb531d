import { UsageError } from "../bundle/errors.ts";

/** A repository on a model hub; `revision` is a branch, a tag or a commit. */
export type Repo = { type: "model" | "dataset"; id: string; revision: string };

const NAME = /^\w(?:[\w.-]{0,94}\w)?$/;
const REVISION = /^\w[\w./+-]*$/;

/** ORG/NAME or NAME, with @REVISION where it is not "main". */
export function parseRepo(text: string, type: Repo["type"]): Repo {
  const at = text.indexOf("@");
  const id = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? "main" : text.slice(at + 1);
  const parts = id.split("/");
  const isId =
    parts.length <= 2 && parts.every((part) => NAME.test(part)) && !/--|\.\.|\.git$/.test(id);
  const isRevision = REVISION.test(revision) && !/\.\.|\/$|\/\//.test(revision);
  if (!isId || !isRevision)
    throw new UsageError(
      `${JSON.stringify(text)}: not the name of a ${type} (expected ORG/NAME or ORG/NAME@REVISION, e.g. ${examples[type]})`,
    );
  return { type, id, revision };
}

const examples = {
  model: "EleutherAI/pythia-70m-deduped@step3000",
  dataset: "NeelNanda/pile-10k",
};

/** EleutherAI/pythia-70m-deduped@step3000 */
export function repoName({ id, revision }: Repo): string {
  return revision === "main" ? id : `${id}@${revision}`;
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Where the hub answers about a repository: …/api/models/ORG/NAME */
export function apiAddress(endpoint: string, { type, id }: Repo): string {
  return `${endpoint}/api/${type}s/${id}`;
}

/** Where people read of it, and its files are: …/ORG/NAME, …/datasets/ORG/NAME */
export function pageAddress(endpoint: string, { type, id }: Repo): string {
  return `${endpoint}/${type === "dataset" ? "datasets/" : ""}${id}`;
}

export function fileAddress(endpoint: string, repo: Repo, commit: string, path: string): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${pageAddress(endpoint, repo)}/resolve/${commit}/${encoded}`;
}
