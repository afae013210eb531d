import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { verifyBundle } from "../bundle/files.ts";
import { BundleError, bundleFiles, manifest, UsageError } from "../bundle/index.ts";
import { fetchFile } from "./fetch-file.ts";
import { checkConfig } from "./flags.ts";
import { bearer, get, givenToken, parseUrl } from "./hub.ts";
import type { Verb } from "./verb.ts";

const downloadFlags = z.object({
  token: z
    .string()
    .nullable()
    .default(null)
    .describe("API token, for a dictionary that is not everybody's, or @FILE that holds it"),
});

export const download: Verb = {
  words: "URL [DIR]",
  summary:
    "Fetches the bundle of the dictionary at an address, e.g. http://127.0.0.1:3000/stories-2m/res3-16x-topk32, into DIR (default: the dictionary's name). Broken off, it goes on where it was.",
  flags: { Hub: downloadFlags },
  async run([address, given], flags, { report, signal }) {
    const fileUrl = filesOf(address);
    const headers = bearer(givenToken(checkConfig(downloadFlags, flags).token));
    const response = await get(fileUrl("manifest.json"), { headers, signal });
    const text = await response.text();
    const { name, files } = parseManifest(text, address);
    const revision = createHash("sha256").update(text).digest("hex");
    const dir = given ?? name;
    await prepare(dir, text);
    const all = Object.entries(files);
    const total = all.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    let before = 0;
    for (const [file, stated] of all) {
      const onBytes = (done: number) =>
        report({ stage: "download", done: before + done, total, unit: "bytes" });
      const url = fileUrl(file, revision);
      await fetchFile(url, join(dir, file), { ...stated, headers, signal, onBytes });
      before += stated.bytes;
    }
    await writeFile(join(dir, "manifest.json.part"), text);
    await rename(join(dir, "manifest.json.part"), join(dir, "manifest.json"));
    await verifyBundle(dir, { report, signal });
    return {
      text: `${resolve(dir)}: ${all.length + 1} files, every hash as stated`,
      data: { dir, revision },
    };
  },
};

/** Where the files of the dictionary at an address are; its revision, when it is pinned, stays so. */
function filesOf(address: string): (name: string, revision?: string) => URL {
  const page = parseUrl(address);
  const [model, dictionary] = page.pathname.split("/").filter(Boolean);
  if (!dictionary)
    throw new UsageError(`${address}: not a dictionary's address (expected …/MODEL/DICTIONARY)`);
  return (name, revision) => {
    const url = new URL(`/api/v1/dictionaries/${model}/${dictionary}/files/${name}`, page);
    const pinned = revision ?? page.searchParams.get("revision");
    if (pinned !== null) url.searchParams.set("revision", pinned);
    return url;
  };
}

function parseManifest(text: string, address: string) {
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new BundleError(`${address}: its manifest.json is not one`, { cause });
  }
}

/** Makes the folder; refuses one that holds anything but a part of this bundle. */
async function prepare(dir: string, manifestText: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const name of await readdir(dir)) {
    const file = name.replace(/\.part$/, "");
    if (file === "manifest.json") {
      if (name === file && (await readFile(join(dir, name), "utf8")) !== manifestText)
        throw new UsageError(`${dir}: holds another bundle; choose another folder`);
    } else if (!Object.hasOwn(bundleFiles, file))
      throw new UsageError(`${dir}: holds ${name}; choose a new or empty folder`);
  }
}
