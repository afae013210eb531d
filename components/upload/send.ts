import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { uploadsApiPath } from "@/lib/routes.ts";
import type { Visibility } from "@/lib/views.ts";
import type { Package } from "./pick-upload.ts";

export type Sending = { stage: "hashing" | "sending"; done: number; total: number };

type Options = { signal: AbortSignal; onProgress: (progress: Sending) => void };

/** Hashes the package, sends it, and answers with the address of its job. Throws what the hub says. */
export async function send(
  what: Package,
  visibility: Visibility | undefined,
  options: Options,
): Promise<string> {
  const hash = await hashBlob(what.blob, options);
  return await post(what, uploadsApiPath(what.filename, visibility), hash, options);
}

/** sha256 in chunks, so that a package of any size fits into memory. */
export async function hashBlob(blob: Blob, { signal, onProgress }: Options): Promise<string> {
  const hash = sha256.create();
  const reader = blob.stream().getReader();
  const total = blob.size;
  let done = 0;
  let reported = 0;
  for (;;) {
    signal.throwIfAborted();
    const { value, done: ended } = await reader.read();
    if (ended) break;
    hash.update(value);
    done += value.length;
    if (done - reported > 4 * 2 ** 20) {
      reported = done;
      onProgress({ stage: "hashing", done, total });
      await new Promise((resolve) => setTimeout(resolve)); // let the page breathe
    }
  }
  return bytesToHex(hash.digest());
}

/** XMLHttpRequest, since fetch tells nothing of an upload's progress. */
function post({ blob }: Package, address: string, hash: string, { signal, onProgress }: Options) {
  return new Promise<string>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-content-sha256", hash);
    request.upload.onprogress = ({ loaded, total }) =>
      onProgress({ stage: "sending", done: loaded, total });
    request.onload = () => {
      const answer = parse(request.responseText);
      if (answer.address) resolve(answer.address);
      else reject(new Error(answer.error?.message ?? `the hub answered ${request.status}`));
    };
    request.onerror = () =>
      reject(new Error("The connection broke off before all was sent. Nothing was stored."));
    signal.addEventListener("abort", () => {
      request.abort();
      reject(signal.reason);
    });
    request.send(blob);
  });
}

type Answer = { address?: string; error?: { message: string } };

/** A proxy in between may answer in HTML. */
function parse(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}
