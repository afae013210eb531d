import { verifyBundle } from "../bundle/files.ts";
import { findDictionaries } from "../importers/formats.ts";
import { findBundleFolder } from "./bundle-folder.ts";
import { foreignSummary } from "./foreign-summary.ts";
import { openGiven } from "./given-input.ts";
import { manifestSummary } from "./summary.ts";
import type { Context, Outcome, Verb } from "./verb.ts";

export const inspect: Verb = {
  words: "INPUT",
  summary:
    "Says what is there. Of a bundle, once every file has been checked against its hash and its schema, what it is; of dictionaries that other systems made (a folder, an archive or a file), how they are read, where each part of that is from, and what must be given to import them.",
  flags: {},
  async run([given], _flags, context) {
    const folder = findBundleFolder(given);
    if (folder === null) return inspectForeign(given, context);
    const manifest = await verifyBundle(folder, context);
    return { text: manifestSummary(manifest), data: { kind: "bundle", manifest } };
  },
};

async function inspectForeign(given: string, context: Context): Promise<Outcome> {
  const input = await openGiven(given, context);
  try {
    const dictionaries = (await findDictionaries(input)).map(({ described }) => described);
    return { text: foreignSummary(given, dictionaries), data: { kind: "foreign", dictionaries } };
  } finally {
    await input.close();
  }
}
