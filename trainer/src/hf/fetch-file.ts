import { createHash, type Hash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BundleError, HubError, UsageError } from "../bundle/errors.ts";
import { type RepoFolder, showBlob, snapshotFolder } from "./cache.ts";
import { checkSpace } from "./disk-space.ts";
import { fetchRest, type Rest } from "./fetch-rest.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { fileAddress, repoName } from "./repo.ts";
import { ask, type Hub } from "./request.ts";

/** A file's path in the snapshot folder; it is fetched unless it is there, and checked by its hash. */
export async function fetchFile(
  path: string,
  { hub, folder, commit }: { hub: Hub; folder: RepoFolder; commit: string },
): Promise<string> {
  checkPath(path, hub);
  const shown = join(snapshotFolder(folder, commit), path);
  if (existsSync(shown)) return shown;
  if (hub.settings.offline)
    throw new HubError(
      `${repoName(hub.repo)}: ${path} is not in ${folder.dir}, and HF_HUB_OFFLINE is set; unset it to fetch the file`,
    );
  const url = fileAddress(hub.settings.endpoint, hub.repo, commit, path);
  const { etag, bytes } = await describe(url, { ...hub, path });
  const blob = join(folder.blobs, etag);
  const progress = { stage: `fetch ${path}`, total: bytes, unit: "bytes" };
  const rest: Rest = {
    name: `${repoName(hub.repo)}: ${path}`,
    bytes,
    ask: (start) => ask(url, { ...hub, path }, { headers: rangeFrom(start) }),
    onBytes: (done) => hub.report({ ...progress, done }),
    signal: hub.signal,
  };
  await oneAtATime(
    join(folder.locks, etag),
    { ...rest, partial: `${blob}.incomplete` },
    async () => {
      const isNew = !existsSync(blob);
      if (isNew) await fetchBlob(blob, etag, rest);
      await showBlob(blob, shown, isNew);
    },
  );
  return shown;
}

function rangeFrom(start: number): Record<string, string> {
  return start > 0 ? { range: `bytes=${start}-` } : {};
}

async function fetchBlob(blob: string, etag: string, rest: Rest): Promise<void> {
  const partial = `${blob}.incomplete`;
  try {
    await checkSpace(dirname(blob), rest.bytes, partial);
    await fetchRest(partial, rest);
    await checkHash(partial, etag, rest);
    await rename(partial, blob);
  } catch (error) {
    // a machine that shares the disk, and sees no lock of ours, may have been faster
    if (!existsSync(blob)) throw error;
  }
}

/** The name of a file comes from its repository: it may not lead out of the snapshot's folder. */
function checkPath(path: string, { repo }: Hub): void {
  const parts = path.split("/");
  if (parts.some((part) => ["", ".", ".."].includes(part)) || /[\\:\0]/.test(path))
    throw new UsageError(
      `${repoName(repo)}: ${JSON.stringify(path)} is not the name of a file in a repository`,
    );
}

/** A file's ETag, by which its blob is called, and its length; of large files the hub says them itself. */
async function describe(url: string, hub: Hub): Promise<{ etag: string; bytes: number }> {
  const { headers } = await ask(url, hub, { method: "HEAD" });
  const etag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "").replace(
    /^(?:W\/)?"?([^"]*)"?$/,
    "$1",
  );
  const length = headers.get("x-linked-size") ?? headers.get("content-length") ?? "";
  if (!/^[\w-]+$/.test(etag) || !/^\d+$/.test(length))
    throw new HubError(
      `${url}: answered without an ETag and a length (got ${etag || "none"}, ${length || "none"}); is HF_ENDPOINT ${hub.settings.endpoint} a model hub?`,
    );
  return { etag, bytes: Number(length) };
}

/** What is wrong is removed; what is right is on the disk before it gets its name. */
async function checkHash(file: string, etag: string, { name, bytes }: Rest): Promise<void> {
  const hash = hashOf(etag, bytes);
  if (hash === null) return;
  for await (const block of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(block);
  const found = hash.digest("hex");
  if (found !== etag) {
    await rm(file);
    throw new BundleError(
      `${name}: arrived with hash ${found} (expected ${etag}); what came was removed, give the same command again`,
    );
  }
  const written = await open(file, "r+");
  await written.sync().finally(() => written.close());
}

/** An ETag is the sha256 of a large file, git's sha1 of a small one; a mirror may have its own. */
function hashOf(etag: string, bytes: number): Hash | null {
  if (/^[0-9a-f]{64}$/.test(etag)) return createHash("sha256");
  return /^[0-9a-f]{40}$/.test(etag) ? createHash("sha1").update(`blob ${bytes}\0`) : null;
}
