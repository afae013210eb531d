import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tarOf, zipOf } from "../trainer/fixtures/archives.ts";
import { given } from "./given.ts";

/** Runs before all browser tests: writes the bundle to upload as a zip, and as half a tar. */
export default async function writeArchives(): Promise<void> {
  const { folder, zip, truncated } = given.toUpload;
  const files = readdirSync(folder).map((name) => ({
    name,
    data: readFileSync(join(folder, name)),
  }));
  const tar = await tarOf(files);
  writeFileSync(zip, zipOf(files));
  writeFileSync(truncated, tar.subarray(0, tar.length / 2));
}
