import "server-only";
import type { ServerResponse } from "node:http";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { sha256Hex } from "trainer/bundle";
import type { Viewer } from "@/lib/views.ts";
import { absent, HttpError } from "./http.ts";
import { headersOf, type NodeRequest, nodeRoute, parameter } from "./node-route.ts";
import { type StoredPart, storedFile, storedTar } from "./queries/files.ts";
import { parseRange } from "./range.ts";
import { storage } from "./storage.ts";
import { viewerOf } from "./viewer.ts";

/** The whole bundle as a tar. */
export const downloadBundle = download(({ viewer, model, dictionary, revision }) =>
  storedTar(viewer, model, dictionary, revision),
);

/** One file of the bundle, which is a part of that tar. */
export const downloadFile = download(({ viewer, model, dictionary, name, revision }) =>
  storedFile(viewer, model, dictionary, name, revision),
);

type Asked = {
  viewer: Viewer;
  model: string;
  dictionary: string;
  name: string;
  revision: string | null;
};

function download(find: (asked: Asked) => Promise<StoredPart | null>) {
  const answer = async (request: NodeRequest, response: ServerResponse) => {
    const pinned = parameter(request, "revision");
    const part = await find({
      viewer: await viewerOf({ headers: headersOf(request) }),
      model: parameter(request, "model"),
      dictionary: parameter(request, "dictionary"),
      name: parameter(request, "name"),
      revision: pinned === "" ? null : sha256Hex.parse(pinned),
    });
    if (!part) throw await absent(new URL(request.url ?? "", "http://hub").pathname);
    await send(request, response, part, pinned !== "" && part.isPublic);
  };
  return nodeRoute({ GET: answer, HEAD: answer });
}

async function send(
  request: NodeRequest,
  response: ServerResponse,
  part: StoredPart,
  isForGood: boolean,
): Promise<void> {
  const etag = `"${part.sha256}"`;
  const age = isForGood ? "public, max-age=31536000, immutable" : "private, no-cache";
  response.setHeader("ETag", etag);
  response.setHeader("Accept-Ranges", "bytes");
  // no-transform: if it were compressed on its way, no length and no range would hold.
  response.setHeader("Cache-Control", `${age}, no-transform`);
  if (request.headers["if-none-match"]?.includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  const { range: header, "if-range": condition } = request.headers;
  const range = parseRange(condition === undefined || condition === etag ? header : "", part.bytes);
  if (range === "unsatisfiable") {
    response.setHeader("Content-Range", `bytes */${part.bytes}`);
    throw new HttpError(416, `the file has ${part.bytes} bytes`);
  }
  const { start, end } = range ?? { start: 0, end: part.bytes };
  if (range) response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${part.bytes}`);
  response.writeHead(range ? 206 : 200, {
    "Content-Length": end - start,
    "Content-Type": contentTypes[extname(part.filename)] ?? "application/octet-stream",
    "Content-Disposition": `attachment; filename="${part.filename}"`,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const place = { start: part.offset + start, end: part.offset + end };
  await pipeline(storage().read(part.key, place), response);
}

const contentTypes: Record<string, string> = {
  ".json": "application/json",
  ".jsonl": "application/jsonl",
  ".parquet": "application/vnd.apache.parquet",
  ".tar": "application/x-tar",
};
