import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { HubError } from "../bundle/errors.ts";
import type { Report } from "../bundle/progress.ts";
import { readRef, repoFolder, snapshotFolder, writeRef } from "./cache.ts";
import { checkSpace } from "./disk-space.ts";
import { fetchFile } from "./fetch-file.ts";
import { listFiles, listSnapshot, type RepoFile, readAnswer } from "./list-files.ts";
import { apiAddress, isCommit, type Repo, repoName } from "./repo.ts";
import { ask, type Hub } from "./request.ts";
import { type HubSettings, hubSettings } from "./settings.ts";

/** A repository at one commit; its files come into the cache when they are asked for. */
export type OpenRepo = {
  repo: Repo;
  commit: string;
  /** the snapshot folder: …/models--ORG--NAME/snapshots/COMMIT */
  dir: string;
  isOffline: boolean;
  /** offline: what the snapshot folder holds */
  list(): Promise<RepoFile[]>;
  /** A file's path in `dir`; what is there is not asked for again. */
  fetch(path: string): Promise<string>;
  /** Fetches files one after the other, once it is known that the disk has room for all. */
  fetchAll(files: RepoFile[]): Promise<void>;
};

export type RepoOptions = { settings?: HubSettings; report: Report; signal: AbortSignal };

/** Finds the commit that the revision stands at: a commit given by its whole name is not asked for. */
export async function openRepo(
  repo: Repo,
  { settings = hubSettings(), report, signal }: RepoOptions,
): Promise<OpenRepo> {
  const folder = repoFolder(settings, repo);
  const hub: Hub = { settings, repo, path: null, report, signal };
  const known = isCommit(repo.revision) ? repo.revision : await readRef(folder, repo.revision);
  const commit = isCommit(repo.revision)
    ? repo.revision
    : settings.offline
      ? known
      : await askCommit(hub);
  if (commit === null || (settings.offline && !existsSync(snapshotFolder(folder, commit))))
    throw new HubError(
      `${repoName(repo)}: not in ${settings.cache}, and HF_HUB_OFFLINE is set; unset it to fetch the ${repo.type}, or set HF_HUB_CACHE to the folder that has it`,
    );
  if (!settings.offline) await writeRef(folder, repo.revision, commit);
  const dir = snapshotFolder(folder, commit);
  const fetch = (path: string) => fetchFile(path, { hub, folder, commit });
  return {
    repo,
    commit,
    dir,
    isOffline: settings.offline,
    list: () => (settings.offline ? listSnapshot(dir) : listFiles(commit, hub)),
    fetch,
    async fetchAll(files) {
      const missing = files.filter(({ path }) => !existsSync(join(dir, path)));
      await checkSpace(
        folder.blobs,
        missing.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      for (const { path } of missing) await fetch(path);
    },
  };
}

const revisionAnswer = z.object({ sha: z.string().refine(isCommit) });

async function askCommit(hub: Hub): Promise<string> {
  const { endpoint } = hub.settings;
  const revision = encodeURIComponent(hub.repo.revision);
  const url = `${apiAddress(endpoint, hub.repo)}/revision/${revision}`;
  return (await readAnswer(url, revisionAnswer, await ask(url, hub))).sha;
}
