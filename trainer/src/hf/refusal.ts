import { HubError, UsageError } from "../bundle/errors.ts";
import { pageAddress, type Repo } from "./repo.ts";
import type { HubSettings } from "./settings.ts";

/** What is asked about; `path` is a file of the repository, null its revision or its list. */
export type Asked = { settings: HubSettings; repo: Repo; path: string | null };

/** The error that says why the hub refused, and what to do. */
export async function refusal(answer: Response, asked: Asked): Promise<Error> {
  const { settings, repo, path } = asked;
  const { status, headers } = answer;
  const { type, id, revision } = repo;
  const said = await saidBy(answer);
  const where = `${id} on ${settings.endpoint}`;
  const what = path === null ? where : `${path} of ${where}`;
  const reply = said === null ? String(status) : `${status}: ${said}`;
  const token = settings.token?.from;
  const code = headers.get("x-error-code") ?? guessed(status, asked);
  switch (code) {
    case "GatedRepo":
      return new HubError(
        `${what}: its owners ask for consent first (${reply}); agree at ${pageAddress(settings.endpoint, repo)}, ` +
          (token
            ? `with the account whose token is in ${token}`
            : "then set HF_TOKEN to your token"),
      );
    case "RepoNotFound":
      return new UsageError(
        `${where}: there is no such ${type}, or it is private (${reply}); check its name, or ` +
          (token
            ? `whether the token in ${token} may read it`
            : "set HF_TOKEN to a token that may read it"),
      );
    case "RevisionNotFound":
      return new UsageError(
        `${where}: there is no revision ${revision} (${reply}; expected a branch, a tag or a commit)`,
      );
    case "EntryNotFound":
      return new UsageError(
        `${where}: there is no file ${path} at revision ${revision} (${reply})`,
      );
    case "BadToken":
      return new HubError(
        `${what}: the token in ${token} is not accepted (${reply}); make another at ${settings.endpoint}/settings/tokens, or remove it`,
      );
    case "Forbidden":
      return new HubError(
        `${what}: access is refused (${reply}); ` +
          (token
            ? `the token in ${token} may not read it`
            : "set HF_TOKEN to a token that may read it"),
      );
    case "Busy":
      return new HubError(
        `${what}: too many requests (${reply}); wait a few minutes and give the same command again` +
          (token ? "" : ", or set HF_TOKEN: who is known may ask more often"),
      );
    default:
      return new HubError(
        `${what}: the hub failed (${reply}); the same command goes on where this one stopped`,
      );
  }
}

/** The hub says what is missing in X-Error-Code; where it does not, the status and the question do. */
function guessed(status: number, { settings, repo, path }: Asked): string {
  if (status === 401) return settings.token ? "BadToken" : "RepoNotFound";
  if (status === 403) return "Forbidden";
  if (status === 429) return "Busy";
  if (status !== 404) return "Failed";
  if (path !== null) return "EntryNotFound";
  return repo.revision === "main" ? "RepoNotFound" : "RevisionNotFound";
}

/** The hub's own words. */
export async function saidBy(answer: Response): Promise<string | null> {
  return answer.headers.get("x-error-message") ?? (await errorIn(answer));
}

async function errorIn(answer: Response): Promise<string | null> {
  try {
    const { error } = JSON.parse(await answer.text());
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}

export function unreachable(url: string, cause: unknown, { settings }: Asked): HubError {
  const at = new URL(url).origin;
  return new HubError(
    `${at}: ${failureOf(cause)}; check the network and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 to work with what is in ${settings.cache}`,
    { cause },
  );
}

/** Why a connection could not be made or did not last, in words. */
export function failureOf(cause: unknown): string {
  const { code, message } =
    (cause as Error & { cause?: NodeJS.ErrnoException }).cause ?? (cause as NodeJS.ErrnoException);
  return reasons[code ?? ""] ?? code ?? message;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing answers there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name of the host could not be looked up",
  ECONNRESET: "the connection was broken off",
  EPIPE: "the connection was broken off",
  UND_ERR_SOCKET: "the connection was broken off",
  UND_ERR_CONNECT_TIMEOUT: "no connection within ten seconds",
  UND_ERR_HEADERS_TIMEOUT: "no answer within five minutes",
};
