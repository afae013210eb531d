import "server-only";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type BundleFile, sha256Hex } from "trainer/bundle";
import {
  EXPORT_VERSION,
  type ExportFormat,
  exportFiles,
  exportFormats,
  judgeAll,
  type OutFile,
  toBundled,
} from "trainer/export";
import { z } from "zod";
import { addressHeader } from "./clients.ts";
import { db } from "./db.ts";
import { absent, HttpError } from "./http.ts";
import { cachedWeights } from "./inference/weights.ts";
import { BLOCK, padded, ustarHeader } from "./ingest/canonical-tar.ts";
import { takeTurn } from "./limits.ts";
import { headersOf, type NodeRequest, nodeRoute, parameter } from "./node-route.ts";
import { cfgOf, type FoundRevision, findRevision } from "./queries/dictionaries.ts";
import { bundleKey, storage } from "./storage.ts";
import { viewerOf } from "./viewer.ts";

/** Of one address, since each is computed anew. */
const LIMIT = { most: 30, seconds: 60 };

/** A dictionary as another system's files: a tar that is made out of the stored bundle while it is sent. */
export const downloadExport = nodeRoute({ GET: answer, HEAD: answer });

async function answer(request: NodeRequest, response: ServerResponse): Promise<void> {
  const format = z.enum(exportFormats).parse(parameter(request, "format"));
  const pinned = parameter(request, "revision");
  const found = await findRevision(
    await viewerOf({ headers: headersOf(request) }),
    parameter(request, "model"),
    parameter(request, "dictionary"),
    pinned === "" ? null : sha256Hex.parse(pinned),
  );
  if (!found) throw await absent(new URL(request.url ?? "", "http://hub").pathname);
  const { revision, slug, visibility } = found.summary;
  await refuseWhatCannot(found, format);
  const etag = `"${revision}-${format}-${EXPORT_VERSION}"`;
  const isForAll = pinned !== "" && visibility === "public";
  response.setHeader("ETag", etag);
  response.setHeader("Accept-Ranges", "none");
  // not for good: a later version of the hub may write a format otherwise
  response.setHeader(
    "Cache-Control",
    `${isForAll ? "public, max-age=3600" : "private, no-cache"}, no-transform`,
  );
  if (request.headers["if-none-match"]?.includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  await takeTurn(`export from ${request.headers[addressHeader] ?? "unknown"}`, LIMIT);
  await send(request, response, found, { format, filename: `${slug}-${format}.tar` });
}

async function send(
  request: NodeRequest,
  response: ServerResponse,
  found: FoundRevision,
  { format, filename }: { format: ExportFormat; filename: string },
): Promise<void> {
  const dictionary = toBundled({
    manifest: found.manifest,
    revision: found.summary.revision,
    cfg_json: await storedBytes(found, "cfg.json"),
    sparsity: await storedBytes(found, "sparsity.safetensors"),
    weights: (await cachedWeights(found)).path,
  });
  const taken = new AbortController();
  try {
    const { files } = await exportFiles(dictionary, format);
    const bytes = files.reduce((sum, file) => sum + BLOCK + padded(file.bytes), 2 * BLOCK);
    response.writeHead(200, {
      "Content-Length": bytes,
      "Content-Type": "application/x-tar",
      "Content-Disposition": `attachment; filename="${filename}"`,
    });
    if (request.method === "HEAD") response.end();
    else await pipeline(Readable.from(tarOf(files, found.summary.slug, taken.signal)), response);
  } finally {
    taken.abort(); // who reads has gone, maybe in the midst of a block
    dictionary.weights.close();
  }
}

async function refuseWhatCannot({ id, manifest }: FoundRevision, asked: ExportFormat) {
  const judged = judgeAll(await cfgOf(id)).find(({ format }) => format === asked);
  if (judged?.fit === "refused")
    throw new HttpError(
      422,
      `${judged.title} cannot hold ${manifest.name}: ${judged.says.join("; ")}`,
    );
}

async function storedBytes({ id, summary }: FoundRevision, name: BundleFile): Promise<Buffer> {
  const { offset, bytes } = await db().revisionFile.findUniqueOrThrow({
    where: { revision_id_name: { revision_id: id, name } },
  });
  const start = Number(offset);
  const part = { start, end: start + Number(bytes) };
  return buffer(storage().read(bundleKey(summary.revision), part));
}

async function* tarOf(
  files: OutFile[],
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const { name, bytes, blocks } of files) {
    yield ustarHeader(folder, name, bytes);
    for (const block of blocks()) {
      if (block.length > 0) yield block;
      await new Promise(setImmediate); // others are answered between two blocks, and in the midst of one
      if (signal.aborted) return;
    }
    yield Buffer.alloc(padded(bytes) - bytes);
  }
  yield Buffer.alloc(2 * BLOCK);
}
