import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { HubError } from "../bundle/errors.ts";
import { apiAddress } from "./repo.ts";
import { ask, type Hub } from "./request.ts";

/** A file of a repository; its sha256 is known for large ones alone. */
export type RepoFile = { path: string; bytes: number; sha256: string | null };

const page = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().nonnegative().default(0),
    lfs: z.object({ oid: z.string() }).nullish(),
  }),
);

/** Every file of a commit, page after page. */
export async function listFiles(commit: string, hub: Hub): Promise<RepoFile[]> {
  const files: RepoFile[] = [];
  let next: string | null =
    `${apiAddress(hub.settings.endpoint, hub.repo)}/tree/${commit}?recursive=true`;
  while (next !== null) {
    const answer: Response = await ask(next, hub);
    for (const { type, path, size, lfs } of await readAnswer(next, page, answer))
      if (type === "file") files.push({ path, bytes: size, sha256: lfs?.oid ?? null });
    const [, link] = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get("link") ?? "") ?? [];
    next = link ? new URL(link, next).href : null;
  }
  return files;
}

/** What the cache holds of a commit. */
export async function listSnapshot(dir: string): Promise<RepoFile[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  const found = await Promise.all(paths.map(async (path) => ({ path, at: await stat(path) })));
  return found
    .filter(({ at }) => at.isFile())
    .map(({ path, at }) => ({
      path: relative(dir, path).replaceAll(sep, "/"),
      bytes: at.size,
      sha256: null,
    }));
}

export async function readAnswer<T>(
  url: string,
  schema: z.ZodType<T>,
  answer: Response,
): Promise<T> {
  const { success, data } = schema.safeParse(await answer.json().catch(() => null));
  if (success) return data;
  throw new HubError(`${url}: answered what a model hub does not; check HF_ENDPOINT`);
}
