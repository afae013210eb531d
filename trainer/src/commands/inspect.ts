import { verifyBundle } from "../bundle/files.ts";
import { bundleFolder } from "./bundle-folder.ts";
import { manifestSummary } from "./summary.ts";
import type { Verb } from "./verb.ts";

export const inspect: Verb = {
  words: "DIR",
  summary:
    "Checks every file of a bundle against its hash and its schema, and says what the bundle is.",
  flags: {},
  async run([given], _flags, context) {
    const manifest = await verifyBundle(bundleFolder(given), context);
    return { text: manifestSummary(manifest), data: manifest };
  },
};
