import { statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute } from "node:path";
import { HubError, UsageError } from "../bundle/index.ts";
import type { Input } from "../importers/foreign.ts";
import { openInput } from "../importers/input.ts";
import { openRepoInput, parseRepoPlace, type RepoPlace } from "../importers/repo-input.ts";
import type { Context } from "./verb.ts";

/** The files that INPUT means, and of a model hub's where they are from. */
export type Given = Input & {
  source: string | null;
  commit: string | null;
  close(): Promise<void>;
};

type Options = {
  /** of a repository: the commit to take, whatever its revision stands at by now */
  commit?: string | null;
  /** of a repository of several: the dictionary that is meant, unless INPUT says it */
  where?: string | null;
};

/** A folder, an archive or a file; else ORG/NAME[@REVISION][:path/within] on a model hub, of which one folder is fetched. */
export async function openGiven(
  given: string,
  { report, signal }: Pick<Context, "report" | "signal">,
  { commit = null, where = null }: Options = {},
): Promise<Given> {
  const place = repoPlaceOf(given);
  if (place === null) {
    const path = given.replace(/^~(?=$|[\\/])/, homedir());
    return Object.assign(await openInput(path, { signal }), { source: null, commit: null });
  }
  try {
    const input = await openRepoInput(place, { report, signal, commit, where });
    return { ...input, close: async () => {} };
  } catch (cause) {
    const Kind = [UsageError, HubError].find((kind) => cause instanceof kind);
    if (!Kind) throw cause;
    const { message } = cause as Error;
    throw new Kind(`there is no file or folder ${given} here; ${message}`, { cause });
  }
}

/** What of a model hub is meant; null for a path of this machine. */
export function repoPlaceOf(given: string): RepoPlace | null {
  const isThere = statSync(given, { throwIfNoEntry: false }) !== undefined;
  if (isThere || /^[.~]/.test(given) || isAbsolute(given)) return null;
  try {
    return parseRepoPlace(given);
  } catch (cause) {
    throw new UsageError(
      `there is no file or folder ${given} here, and ${(cause as Error).message}`,
      { cause },
    );
  }
}
