import { readdir } from "node:fs/promises";
import { BundleError, HubError, UsageError } from "../bundle/errors.ts";
import { type OpenRepo, openRepo, type RepoOptions } from "../hf/open-repo.ts";
import { repoName } from "../hf/repo.ts";
import { SHARD_INDEX } from "../tensor/shards.ts";
import { embeddedModel } from "./config.ts";
import { descriptionFiles, isWhole, shardFiles, weightsFile } from "./model-files.ts";
import { type ModelSpec, modelSlug, parseModelSpec } from "./model-spec.ts";

/** A model's folder, and where it came from: `source` and `commit` are null for a local one. */
export type ModelSource = {
  dir: string;
  id: string;
  source: string | null;
  commit: string | null;
};

type SourceOptions = RepoOptions & {
  /** the commit to take, whatever the revision stands at by now */
  commit?: string | null;
  /** looks at config.json and the tokenizer in the folder before the weights are fetched, if they must be */
  check?: (dir: string) => Promise<unknown>;
};

/** The folder of the model that `--model` names; what is on a hub is fetched first. */
export async function openModelSource(
  spec: string,
  { commit = null, check = async () => {}, ...options }: SourceOptions,
): Promise<ModelSource> {
  const id = modelSlug(spec);
  const parsed = spec === "embedded" ? { folder: embeddedModel } : parseModelSpec(spec);
  if ("folder" in parsed) {
    const { folder: dir } = parsed;
    weightsFile(await namesIn(dir), parsed);
    return { dir, id, source: null, commit: null };
  }
  const { repo } = parsed;
  const opened = await openRepo({ ...repo, revision: commit ?? repo.revision }, options);
  if (!isWhole(opened.dir)) await fetchModel(opened, parsed, check);
  return { dir: opened.dir, id, source: repo.id, commit: opened.commit };
}

async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch((cause) => {
    throw new UsageError(`${dir}: there is no such folder (expected a model's)`, { cause });
  });
}

async function fetchModel(
  repo: OpenRepo,
  spec: ModelSpec,
  check: (dir: string) => Promise<unknown>,
): Promise<void> {
  const files = await repo.list();
  if (repo.isOffline)
    throw new HubError(
      `${repoName(repo.repo)}: of its files only ${files.map(({ path }) => path).join(", ") || "none"} are in ${repo.dir}, and HF_HUB_OFFLINE is set; unset it to fetch the rest`,
    );
  const weights = weightsFile(
    files.map(({ path }) => path),
    spec,
  );
  const fetch = (paths: string[]) =>
    repo.fetchAll(
      paths.map((path) => {
        const file = files.find((listed) => listed.path === path);
        if (file) return file;
        throw new BundleError(
          `${repoName(repo.repo)}: ${SHARD_INDEX} names ${path}, which is not in the repository`,
        );
      }),
    );
  await fetch(descriptionFiles);
  await check(repo.dir);
  await fetch([weights]);
  if (weights === SHARD_INDEX) await fetch(shardFiles(repo.dir));
}
