import { rename, rm, stat } from "node:fs/promises";
import { hashFile } from "../bundle/files.ts";
import { BundleError } from "../bundle/index.ts";
import { fetchRest } from "../hf/fetch-rest.ts";
import { get } from "./hub.ts";

type Wanted = {
  bytes: number;
  sha256: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** hears how many bytes of the file are there */
  onBytes(done: number): void;
};

/** Fetches a file into PATH.part, going on where that ends, and renames it once its hash is right. */
export async function fetchFile(url: URL, path: string, wanted: Wanted): Promise<void> {
  const { bytes, sha256, headers, signal } = wanted;
  const there = await stat(path).catch(() => null);
  if (there?.size === bytes && (await hashFile(path)).sha256 === sha256) return;
  const part = `${path}.part`;
  const ask = (start: number) =>
    get(url, { headers: { ...headers, ...(start > 0 && { range: `bytes=${start}-` }) }, signal });
  await fetchRest(part, { ...wanted, name: url.pathname, ask });
  const found = await hashFile(part);
  if (found.sha256 !== sha256) {
    await rm(part);
    throw new BundleError(`${url.pathname}: sha256 ${found.sha256}, expected ${sha256}`);
  }
  await rename(part, path);
}
