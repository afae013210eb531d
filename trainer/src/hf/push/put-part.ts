import { createReadStream } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { HubError } from "../../bundle/errors.ts";
import { failureOf } from "../refusal.ts";
import { ATTEMPTS, BUSY, type Hub, waitFor } from "../request.ts";
import type { PushFile } from "./file.ts";

type Part = { start: number; end: number };

/**
 * Puts bytes [start, end) of a file where the hub said, which is elsewhere, so no token goes along; gives the ETag of
 * the answer. Goes at it again while the other side is busy or the connection breaks.
 */
export async function putPart(
  url: string,
  file: PushFile,
  part: Part,
  hub: Hub,
  onBytes: (n: number) => void,
): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    let sent = 0;
    const count = (n: number) => {
      sent += n;
      onBytes(n);
    };
    const answer = await put(url, file, part, hub.signal, count).catch((cause: unknown) => {
      hub.signal.throwIfAborted();
      return { status: 0, etag: null, said: failureOf(cause) };
    });
    if (answer.status >= 200 && answer.status <= 299) return answer.etag;
    if (attempt === ATTEMPTS || (answer.status !== 0 && !BUSY.includes(answer.status)))
      throw new HubError(
        `${file.path}: it could not be sent to ${new URL(url).host} (${answer.status || answer.said}${answer.status && answer.said ? `: ${answer.said}` : ""}); the same command goes on where this one stopped`,
      );
    onBytes(-sent);
    await waitFor(hub.settings.retry_ms * 2 ** (attempt - 1), hub);
  }
}

async function put(
  url: string,
  file: PushFile,
  { start, end }: Part,
  signal: AbortSignal,
  onBytes: (n: number) => void,
): Promise<{ status: number; etag: string | null; said: string }> {
  const send = new URL(url).protocol === "https:" ? httpsRequest : httpRequest;
  const request = send(url, {
    method: "PUT",
    headers: { "content-length": end - start },
    signal,
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  const body =
    "content" in file
      ? Readable.from([file.content.subarray(start, end)])
      : createReadStream(file.file, { start, end: end - 1, highWaterMark: 1 << 18 });
  body.on("data", (block: Uint8Array) => onBytes(block.length));
  const sent = pipeline(body, request, { signal });
  try {
    const response = await Promise.race([answer, sent.then(() => answer)]);
    const said = (await text(response)).slice(0, 200).trim();
    return { status: response.statusCode ?? 0, etag: response.headers.etag ?? null, said };
  } finally {
    // one of the two may still fail when the other has told the story
    for (const promise of [answer, sent]) promise.catch(() => {});
    request.destroy();
  }
}
