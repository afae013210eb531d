import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import tar from "tar-stream";
import { z } from "zod";
import { verifyBundle } from "../bundle/files.ts";
import { HubError, type Manifest } from "../bundle/index.ts";
import { bundleFolder } from "./bundle-folder.ts";
import { checkConfig } from "./flags.ts";
import { getJson, parseUrl, post, readToken } from "./hub.ts";
import type { Context, Verb } from "./verb.ts";

const uploadFlags = z.object({
  to: z.string().default("http://127.0.0.1:3000").describe("address of the hub"),
  token: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "API token with the scope upload, where people sign in, or @FILE that holds it; null: HUB_TOKEN",
    ),
  visibility: z
    .enum(["public", "unlisted", "private"])
    .default("public")
    .describe("who sees the dictionary, if it is new there; unlisted: whoever has its address"),
});

export const upload: Verb = {
  words: "DIR",
  summary:
    "Sends a bundle (its folder, or the run folder it lies in) to a hub and waits until it can be seen there.",
  flags: { Hub: uploadFlags },
  async run([given], flags, context) {
    const { to, token, visibility } = checkConfig(uploadFlags, flags);
    const hub = { url: parseUrl(to), token: readToken(token), visibility };
    const address = await sendBundle(bundleFolder(given), hub, context);
    return { text: `uploaded: ${address}`, data: { address } };
  },
};

const uploaded = z.object({ job: z.string() });
const jobView = z.object({
  state: z.enum(["waiting", "running", "done", "failed"]),
  step: z.string(),
  done: z.number(),
  total: z.number(),
  error: z.string().nullable(),
  result: z.string().nullable(),
});

/** Where a bundle is sent, and as whose. */
export type Recipient = { url: URL; token: string | null; visibility?: string };

/** Checks a bundle, sends it, and gives the address of its dictionary. */
export async function sendBundle(dir: string, hub: Recipient, context: Context): Promise<string> {
  return send(dir, await verifyBundle(dir, context), hub, context);
}

/** Uploads and gives the address of the dictionary once the hub has taken it in. */
async function send(
  dir: string,
  manifest: Manifest,
  { url: hub, token, visibility = "public" }: Recipient,
  { report, signal }: Context,
): Promise<string> {
  const { bytes, sha256 } = await measure(packBundle(dir, manifest));
  const url = new URL("/api/v1/uploads", hub);
  url.searchParams.set("filename", `${manifest.name}.tar`);
  url.searchParams.set("visibility", visibility);
  const counted = async function* () {
    let done = 0;
    for await (const block of packBundle(dir, manifest)) {
      done += block.length;
      report({ stage: "upload", done, total: bytes, unit: "bytes" });
      yield block;
    }
  };
  const { job } = await post(url, counted(), { bytes, sha256, token, signal }, uploaded);
  const jobUrl = new URL(`/api/v1/jobs/${job}`, hub);
  for (;;) {
    const { state, step, done, total, error, result } = await getJson(jobUrl, jobView, {
      token,
      signal,
    });
    if (state === "failed") throw new HubError(`${hub.origin} refused the bundle: ${error}`);
    if (state === "done") return new URL(result ?? "/", hub).href;
    report({ stage: step === "" ? state : step, done, total, unit: "" });
    await sleep(POLL_MS, undefined, { signal });
  }
}

const POLL_MS = 250;

/** The bundle as a tar, in blocks; the same bundle always gives the same bytes. */
function packBundle(dir: string, { files }: Manifest): AsyncIterable<Uint8Array> {
  const pack = tar.pack();
  const fill = async () => {
    for (const name of ["manifest.json", ...Object.keys(files)]) {
      const path = join(dir, name);
      const { size } = await stat(path);
      const entry = pack.entry({ name, size, mode: 0o644, mtime: new Date(0) });
      await pipeline(createReadStream(path), entry);
    }
    pack.finalize();
  };
  fill().catch((error) => pack.destroy(error));
  return pack as unknown as AsyncIterable<Uint8Array>; // which its types leave out
}

async function measure(blocks: AsyncIterable<Uint8Array>) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const block of blocks) {
    hash.update(block);
    bytes += block.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
