import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import tar from "tar-stream";
import { z } from "zod";
import { verifyBundle } from "../bundle/files.ts";
import { HubError, UsageError } from "../bundle/index.ts";
import { findBundleFolder } from "./bundle-folder.ts";
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
  words: "PATH",
  summary:
    "Sends a bundle (its folder, or the run folder it lies in) to a hub and waits until it can be seen there; of anything else, a folder or file of another format, until the hub asks how it is read.",
  flags: { Hub: uploadFlags },
  async run([given], flags, context) {
    const { to, token, visibility } = checkConfig(uploadFlags, flags);
    const hub = { url: parseUrl(to), token: readToken(token), visibility };
    const bundle = findBundleFolder(given);
    if (bundle !== null) {
      const address = await sendBundle(bundle, hub, context);
      return { text: `uploaded: ${address}`, data: { address } };
    }
    const { address, asks } = await send(await foreignPackage(given, context), hub, context);
    return {
      text: `${asks ? "the hub asks how it is read" : "uploaded"}: ${address}`,
      data: { address },
    };
  },
};

const uploaded = z.object({ job: z.string() });
const jobView = z.object({
  state: z.enum(["waiting", "running", "asking", "done", "failed"]),
  step: z.string(),
  done: z.number(),
  total: z.number(),
  error: z.string().nullable(),
  result: z.string().nullable(),
});

/** Where a bundle is sent, and as whose. */
export type Recipient = { url: URL; token: string | null; visibility?: string };

/** What is sent: the same bytes each time that they are read. */
type Package = { filename: string; blocks: () => AsyncIterable<Uint8Array> };

/** Checks a bundle, sends it, and gives the address of its dictionary. */
export async function sendBundle(dir: string, hub: Recipient, context: Context): Promise<string> {
  const { name, files } = await verifyBundle(dir, context);
  const members = ["manifest.json", ...Object.keys(files)].map((path) => ({
    path,
    file: join(dir, path),
  }));
  const sent = { filename: `${name}.tar`, blocks: () => packed(members) };
  return (await send(sent, hub, context)).address;
}

/** A file as it is, or a folder's files as a tar. */
async function foreignPackage(path: string, { signal }: Context): Promise<Package> {
  const found = await stat(path).catch((cause) => {
    throw new UsageError(`${path}: there is no such file or folder`, { cause });
  });
  const name = basename(resolve(path));
  if (found.isFile()) return { filename: name, blocks: () => createReadStream(path) };
  const { walk } = await import("../importers/walk.ts");
  const files = await walk(path, signal);
  return { filename: `${name}.tar`, blocks: () => packed(files) };
}

/**
 * Uploads, and gives the address of the dictionary once the hub has taken it in, or of the job that asks how it is
 * read.
 */
async function send(
  { filename, blocks }: Package,
  { url: hub, token, visibility = "public" }: Recipient,
  { report, signal }: Context,
): Promise<{ address: string; asks: boolean }> {
  const { bytes, sha256 } = await measure(blocks());
  const url = new URL("/api/v1/uploads", hub);
  url.searchParams.set("filename", filename);
  url.searchParams.set("visibility", visibility);
  const counted = async function* () {
    let done = 0;
    for await (const block of blocks()) {
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
    if (state === "failed") throw new HubError(`${hub.origin} refused ${filename}: ${error}`);
    if (state === "asking") return { address: new URL(`/jobs/${job}`, hub).href, asks: true };
    if (state === "done") return { address: new URL(result ?? "/", hub).href, asks: false };
    report({ stage: step === "" ? state : step, done, total, unit: "" });
    await sleep(POLL_MS, undefined, { signal });
  }
}

const POLL_MS = 250;

/** Files as a tar, in blocks; the same files always give the same bytes. */
function packed(files: { path: string; file: string }[]): AsyncIterable<Uint8Array> {
  const pack = tar.pack();
  const fill = async () => {
    for (const { path, file } of files) {
      const { size } = await stat(file);
      const entry = pack.entry({ name: path, size, mode: 0o644, mtime: new Date(0) });
      await pipeline(createReadStream(file), entry);
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
