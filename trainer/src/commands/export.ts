import { resolve } from "node:path";
import { z } from "zod";
import { foreignFormats } from "../bundle/index.ts";
import { openBundled } from "../exporters/bundled.ts";
import { exportFiles, exportFormats } from "../exporters/formats.ts";
import { writeExport } from "../exporters/write-export.ts";
import { bundleFolder } from "./bundle-folder.ts";
import { checkConfig } from "./flags.ts";
import type { Verb } from "./verb.ts";

const exportFlags = z.object({
  format: z
    .enum(exportFormats)
    .default("saelens")
    .describe("whose files are written; docs/formats.md says what each can hold"),
});

export const exportVerb: Verb = {
  words: "DIR OUT",
  summary:
    "Writes the dictionary of a bundle (its folder, or the run folder it lies in) into OUT, a new or empty folder, as the files of another system. What these cannot hold is refused or named.",
  flags: { Export: exportFlags },
  async run([given, dir], flags, context) {
    const { format } = checkConfig(exportFlags, flags);
    const dictionary = await openBundled(bundleFolder(given));
    try {
      const { verdict, files } = await exportFiles(dictionary, format);
      await writeExport(dir, files, context);
      const { fit, form, says } = verdict;
      const listed = files.map(({ name, bytes }) => ({ name, bytes }));
      const lines = [
        `${resolve(dir)}: ${foreignFormats[format].title} (${form}), ${fits[fit]}`,
        ...listed.map(({ name, bytes }) => `  ${name.padEnd(28)}${bytes} bytes`),
        ...says.map((line) => `- ${line}`),
        ...(format === "saelens"
          ? []
          : [
              "- hook, model, tokens that count and training have no place there: export.json says them",
            ]),
      ];
      return { text: lines.join("\n"), data: { dir, format, fit, form, says, files: listed } };
    } finally {
      dictionary.weights.close();
    }
  },
};

const fits = {
  exact: "every number as it is in the bundle",
  folded: "the same function, some biases computed anew and rounded to float32",
  refused: "",
};
