import { z } from "zod";
import { HubError, UsageError } from "../../bundle/errors.ts";
import type { Report } from "../../bundle/progress.ts";
import { listFiles, type RepoFile, readAnswer } from "../list-files.ts";
import { type Asked, refusal } from "../refusal.ts";
import { apiAddress, fileAddress, isCommit, type Repo } from "../repo.ts";
import { ask, type Hub } from "../request.ts";
import { type HubSettings, hubSettings } from "../settings.ts";
import { pushRefusal } from "./refusal.ts";

/** A repository that files are sent to; `head` is null where it, or its revision, is not there yet. */
export type Target = {
  hub: Hub;
  isThere: boolean;
  head: { commit: string; files: RepoFile[] } | null;
};

export type PushOptions = { settings?: HubSettings; report: Report; signal: AbortSignal };

/** Looks what is there; nothing is changed. */
export async function findTarget(
  repo: Repo,
  { settings = hubSettings(), report, signal }: PushOptions,
): Promise<Target> {
  if (settings.offline)
    throw new UsageError("HF_HUB_OFFLINE is set: nothing can be published; unset it");
  if (!settings.token)
    throw new UsageError(
      "no token: set HF_TOKEN to one that may write, or put it into the file `token` in HF_HOME",
    );
  if (!repo.id.includes("/"))
    throw new UsageError(`${repo.id}: expected ORG/NAME, e.g. my-lab/dictionaries`);
  const reading: Hub = { settings, repo, path: null, report, signal };
  const hub = { ...reading, refuse: pushRefusal };
  const isThere =
    (await unlessMissing(() => ask(apiAddress(settings.endpoint, repo), reading))) !== null;
  const commit = isThere ? await headOf(reading) : null;
  return {
    hub,
    isThere,
    head: commit === null ? null : { commit, files: await listFiles(commit, reading) },
  };
}

/** Makes the repository and its revision where they are not there. */
export async function makeTarget(
  target: Target,
  { isPrivate }: { isPrivate: boolean },
): Promise<Target> {
  const { hub } = target;
  const { settings, repo } = hub;
  if (!target.isThere) {
    const [organization, name] = repo.id.split("/");
    const url = `${settings.endpoint}/api/repos/create`;
    const visibility = isPrivate ? "private" : "public";
    const body = { type: "model", organization, name, visibility };
    await postJson(url, { ...hub, refuse: refusalToMake }, body);
  }
  let commit = target.head?.commit ?? (await headOf({ ...hub, refuse: refusal }));
  if (commit === null) {
    const revision = encodeURIComponent(repo.revision);
    await postJson(`${apiAddress(settings.endpoint, repo)}/branch/${revision}`, hub, {});
    commit = await headOf(hub);
  }
  if (commit === null) throw new HubError(`${repo.id}: ${repo.revision} was made and is not there`);
  return {
    hub,
    isThere: true,
    head: target.head ?? { commit, files: await listFiles(commit, hub) },
  };
}

/** A small file's text, or null where there is none. */
export async function textOf({ hub, head }: Target, path: string): Promise<string | null> {
  if (!head?.files.some((file) => file.path === path)) return null;
  const url = fileAddress(hub.settings.endpoint, hub.repo, head.commit, path);
  return (await ask(url, { ...hub, path })).text();
}

/** Sends JSON and gives the hub's answer. */
export function postJson(
  url: string,
  hub: Hub,
  body: object,
  headers: Record<string, string> = { "content-type": "application/json" },
): Promise<Response> {
  return ask(url, hub, { method: "POST", headers, body: JSON.stringify(body) });
}

async function refusalToMake(answer: Response, asked: Asked): Promise<Error> {
  const { repo, settings } = asked;
  if (answer.status !== 409) return pushRefusal(answer, asked);
  return new HubError(
    `${repo.id} on ${settings.endpoint}: it is there, but the token in ${settings.token?.from} may not read it`,
  );
}

const revisionAnswer = z.object({ sha: z.string().refine(isCommit) });

/** The commit that the revision stands at, or null where there is no such one. */
async function headOf(hub: Hub): Promise<string | null> {
  const { settings, repo } = hub;
  if (isCommit(repo.revision))
    throw new UsageError(`${repo.revision}: a commit never changes; --revision takes a branch`);
  const url = `${apiAddress(settings.endpoint, repo)}/revision/${encodeURIComponent(repo.revision)}`;
  const answer = await unlessMissing(() => ask(url, hub));
  return answer && (await readAnswer(url, revisionAnswer, answer)).sha;
}

/** What is not there is a UsageError of `ask`: whoever reads should have named it otherwise. */
async function unlessMissing(ask: () => Promise<Response>): Promise<Response | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
