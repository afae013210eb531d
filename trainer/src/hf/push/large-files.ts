import { z } from "zod";
import { HubError } from "../../bundle/errors.ts";
import { readAnswer } from "../list-files.ts";
import { pageAddress } from "../repo.ts";
import type { Hub } from "../request.ts";
import type { PushFile } from "./file.ts";
import { putPart } from "./put-part.ts";
import { postJson } from "./target.ts";

const lfsHeaders = {
  accept: "application/vnd.git-lfs+json",
  "content-type": "application/vnd.git-lfs+json",
};

const action = z.object({
  href: z.string(),
  header: z.record(z.string(), z.union([z.string(), z.number()])).nullish(),
});
const batchAnswer = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      error: z.object({ message: z.string() }).nullish(),
      actions: z.object({ upload: action.nullish(), verify: action.nullish() }).nullish(),
    }),
  ),
});
type Action = z.infer<typeof action>;

/** So many are asked about at once. */
const BATCH = 100;

/**
 * Sends files by the batch API of Git LFS, with the hubs' own transfer in parts; what the hub has already is not sent.
 * No commit names them yet. `onSent` hears of each file.
 */
export async function sendLargeFiles(
  files: PushFile[],
  hub: Hub,
  { onBytes, onSent }: { onBytes(n: number): void; onSent(file: PushFile, isNew: boolean): void },
): Promise<void> {
  for (let at = 0; at < files.length; at += BATCH) {
    const asked = files.slice(at, at + BATCH);
    const objects = await askBatch(asked, hub);
    for (const file of asked) {
      const found = objects.find(({ oid }) => oid === file.sha256);
      if (!found) throw new HubError(`${file.path}: the hub does not say where to send it`);
      if (found.error) throw new HubError(`${file.path}: ${found.error.message}`);
      const { upload, verify } = found.actions ?? {};
      if (upload) await sendOne(file, upload, { ...hub, path: file.path }, onBytes);
      else onBytes(file.bytes);
      if (upload && verify)
        await postJson(
          verify.href,
          { ...hub, path: file.path },
          {
            oid: file.sha256,
            size: file.bytes,
          },
        );
      onSent(file, Boolean(upload));
    }
  }
}

async function askBatch(files: PushFile[], hub: Hub) {
  const { settings, repo } = hub;
  const url = `${pageAddress(settings.endpoint, repo)}.git/info/lfs/objects/batch`;
  const body = {
    operation: "upload",
    transfers: ["basic", "multipart"],
    objects: files.map(({ sha256, bytes }) => ({ oid: sha256, size: bytes })),
    hash_algo: "sha256",
    ref: { name: repo.revision },
  };
  return (await readAnswer(url, batchAnswer, await postJson(url, hub, body, lfsHeaders))).objects;
}

/** In one piece, or in those that the header lists: "1", "2", … are where each goes, `chunk_size` its bytes. */
async function sendOne(
  file: PushFile,
  { href, header }: Action,
  hub: Hub,
  onBytes: (n: number) => void,
): Promise<void> {
  const size = Number(header?.chunk_size ?? 0);
  if (size === 0) {
    await putPart(href, file, { start: 0, end: file.bytes }, hub, onBytes);
    return;
  }
  const urls = Object.entries(header ?? {})
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, url]) => String(url));
  if (urls.length !== Math.ceil(file.bytes / size))
    throw new HubError(
      `${file.path}: the hub names ${urls.length} parts of ${size} bytes for ${file.bytes}`,
    );
  const parts: { partNumber: number; etag: string }[] = [];
  for (const [i, url] of urls.entries()) {
    const part = { start: i * size, end: Math.min((i + 1) * size, file.bytes) };
    const etag = await putPart(url, file, part, hub, onBytes);
    if (!etag) throw new HubError(`${file.path}: part ${i + 1} was taken without an ETag`);
    parts.push({ partNumber: i + 1, etag });
  }
  await postJson(href, hub, { oid: file.sha256, parts }, lfsHeaders);
}
