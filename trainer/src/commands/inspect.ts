import { verifyBundle } from "../bundle/files.ts";
import { UsageError } from "../bundle/index.ts";
import { findDictionaries } from "../importers/formats.ts";
import { findBundleFolder } from "./bundle-folder.ts";
import { foreignSummary } from "./foreign-summary.ts";
import { type Given, openGiven } from "./given-input.ts";
import { manifestSummary } from "./summary.ts";
import type { Context, Outcome, Verb } from "./verb.ts";

export const inspect: Verb = {
  words: "INPUT",
  summary:
    "Says what is there. Of a bundle, once every file has been checked against its hash and its schema, what it is; of dictionaries that other systems made (a folder, an archive or a file), how they are read, where each part of that is from, and what must be given to import them.",
  flags: {},
  async run([given], _flags, context) {
    const folder = findBundleFolder(given);
    if (folder !== null) return inspectBundle(folder, context);
    const input = await openGiven(given, context);
    try {
      return await inspectForeign(given, input);
    } finally {
      await input.close();
    }
  },
};

async function inspectBundle(folder: string, context: Context): Promise<Outcome> {
  const manifest = await verifyBundle(folder, context);
  return { text: manifestSummary(manifest), data: { kind: "bundle", manifest } };
}

/** Of a repository only what a dictionary needs is fetched, whatever its manifest says; a packed bundle is whole. */
async function inspectForeign(given: string, input: Given): Promise<Outcome> {
  if (input.source === null && input.files.some(({ path }) => isManifest(path)))
    throw new UsageError(
      `${given}: a bundle, packed (expected its folder, unpacked; a hub takes it as it is)`,
    );
  const dictionaries = (await findDictionaries(input)).map(({ described }) => described);
  return { text: foreignSummary(given, dictionaries), data: { kind: "foreign", dictionaries } };
}

function isManifest(path: string): boolean {
  return /^([^/]+\/)?manifest\.json$/.test(path);
}
