import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { jobApiPath, jobPath } from "@/lib/routes.ts";
import { allowWrite } from "./access.ts";
import { uploadQuery } from "./api/schemas.ts";
import { db } from "./db.ts";
import { env } from "./env.ts";
import { HttpError } from "./http.ts";
import { enqueue } from "./jobs/queue.ts";
import { headersOf, type NodeRequest, nodeRoute, parameter, sendJson } from "./node-route.ts";
import { storage, uploadKey } from "./storage.ts";

/** Takes the body of a request as a file, which a worker will take in. */
export const upload = nodeRoute({
  POST: async (request, response) => {
    allowHours(request);
    const user = await allowWrite({ headers: headersOf(request) }, { scope: "upload" });
    const { visibility } = uploadQuery.parse(request.query);
    const filename = toFilename(parameter(request, "filename"));
    const id = randomUUID();
    const sent = await storeBody(request, id);
    const { id: job } = await db().job.create({
      data: { upload: { create: { id, filename, visibility, user_id: user.id, ...sent } } },
      select: { id: true },
    });
    // A message that is not sent is no loss: every worker looks for jobs that nobody holds.
    await enqueue(job).catch((error) => console.error("the queue:", error));
    response.setHeader("Location", jobApiPath(job));
    sendJson(response, 201, { upload: id, job, address: jobPath(job) });
  },
});

/** Node breaks a request off that takes longer than five minutes; an upload may. */
function allowHours({ socket }: NodeRequest): void {
  const { server } = socket as typeof socket & { server?: { requestTimeout: number } };
  if (server) server.requestTimeout = 0;
}

/** Only shown, never opened: the last part of what was given, without control characters. */
function toFilename(given: string): string {
  const name = given.split(/[\\/]/).at(-1) ?? "";
  const printable = name
    .replaceAll(/\p{Cc}/gu, "")
    .trim()
    .slice(0, 200);
  return printable === "" ? "bundle" : printable;
}

/** Streams the body to storage. A wrong length or hash is thrown while it is being put, so it never is. */
async function storeBody(
  request: NodeRequest,
  id: string,
): Promise<{ bytes: bigint; sha256: string }> {
  const limit = env().MAX_UPLOAD_BYTES;
  const announced = toLength(request.headers["content-length"]);
  if (announced !== null && announced > limit) throw tooLarge(limit);
  const hash = createHash("sha256");
  let bytes = 0;
  let sha256 = "";
  const checked = async function* () {
    // or what is thrown here would close the connection before the answer is sent
    const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(limit);
      hash.update(chunk);
      yield chunk;
    }
    sha256 = hash.digest("hex");
    if (bytes === 0) throw new HttpError(400, "the request has no body");
    if (announced !== null && announced !== bytes)
      throw new HttpError(400, `the body ended after ${bytes} of ${announced} bytes`);
    const expected = request.headers["x-content-sha256"];
    if (expected !== undefined && String(expected).toLowerCase() !== sha256)
      throw new HttpError(400, `the body's sha256 is ${sha256}, expected ${expected}`);
  };
  try {
    await storage().put(uploadKey(id), checked());
  } catch (error) {
    if (!request.errored || error instanceof HttpError) throw error;
    throw new HttpError(400, `the upload was broken off after ${bytes} bytes`);
  }
  return { bytes: BigInt(bytes), sha256 };
}

function toLength(header: string | undefined): number | null {
  return header === undefined ? null : Number(header); // Node refuses what is not a number
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `the file is larger than ${limit} bytes (MAX_UPLOAD_BYTES)`);
}
