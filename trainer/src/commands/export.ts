import { resolve } from "node:path";
import { z } from "zod";
import { foreignFormats } from "../bundle/index.ts";
import { openBundled } from "../exporters/bundled.ts";
import { exportFiles, exportFormats } from "../exporters/formats.ts";
import { writeExport } from "../exporters/write-export.ts";
import { bundleFolder } from "./bundle-folder.ts";
import { checkConfig } from "./flags.ts";
import type { Context, Outcome, Verb } from "./verb.ts";

const exportFlags = z.object({
  format: z
    .enum([...exportFormats, "neuronpedia"])
    .default("saelens")
    .describe(
      "whose files are written; docs/formats.md says what each can hold. neuronpedia: the features' pages, for its bulk import",
    ),
});

const neuronpediaFlags = z.object({
  creator_id: z
    .string()
    .min(1)
    .default("clkht01d40000jv08hvalcvly")
    .describe(
      "id of the user whose rows they shall be; the default is what its own exporter takes",
    ),
  creator_name: z.string().default("").describe("who made the dictionary"),
  release: z.string().default("").describe("release that it is listed under, by default its name"),
});

export const exportVerb: Verb = {
  words: "DIR OUT",
  summary:
    "Writes the dictionary of a bundle (its folder, or the run folder it lies in) into OUT, a new or empty folder, as the files of another system. What these cannot hold is refused or named.",
  flags: { Export: exportFlags, "For neuronpedia": neuronpediaFlags },
  async run([given, dir], flags, context) {
    const { format, ...rest } = checkConfig(exportFlags.extend(neuronpediaFlags.shape), flags);
    if (format === "neuronpedia") return exportPages(bundleFolder(given), dir, rest, context);
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

async function exportPages(
  bundle: string,
  dir: string,
  options: z.infer<typeof neuronpediaFlags>,
  context: Context,
): Promise<Outcome> {
  const { exportNeuronpedia } = await import("../exporters/neuronpedia/export.ts");
  const done = await exportNeuronpedia(bundle, dir, options, context);
  const text = `${resolve(done.folder)}: ${done.features} features, ${done.activations} activations`;
  return { text, data: { dir, format: "neuronpedia", ...done } };
}

const fits = {
  exact: "every number as it is in the bundle",
  folded: "the same function, some biases computed anew and rounded to float32",
  refused: "",
};
