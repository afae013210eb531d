import { reading, slug } from "trainer/bundle";
import { z } from "zod";
import { visibilities } from "./views.ts";

/** The model that the trainer brings along: as it is asked for, and as bundles name it. */
export const bundledModel = { spec: "embedded", slug: "stories-2m" };

/** A model by its id: ORG/NAME[@REVISION], or one part for a model of the hub; never a path of its machine. */
const modelName = z
  .string()
  .max(200)
  .regex(
    /^\w[\w.-]*(\/\w[\w.-]*)?(@\w[\w./-]*)?$/,
    "expected a model of this hub, or ORG/NAME[@REVISION]",
  );

/** How somebody says that a foreign dictionary is read; what the files say need not be said again. */
export const importAnswer = z.strictObject({
  where: z.string().max(4096).describe("which of the dictionaries that were found, by its `where`"),
  reading: z
    .strictObject({
      ...reading.shape,
      hook_name: reading.shape.hook_name.max(200),
      hook_name_out: z.string().max(200).nullable(),
      model: modelName,
    })
    .partial()
    .describe("what the files do not say, and what is changed of it"),
  name: slug.nullable().default(null).describe("of the dictionary; null: made of what it is"),
  visibility: z.enum(visibilities).optional().describe("of the dictionary, if it is new"),
  accept: z.boolean().default(false).describe("import it although another reading fits better"),
});
export type ImportAnswer = z.infer<typeof importAnswer>;

/** A dictionary on a model hub. */
export const importRequest = z.strictObject({
  repository: z
    .string()
    .max(200)
    .regex(/^\w[\w.-]*\/\w[\w.-]*$/, "expected ORG/NAME")
    .describe("ORG/NAME"),
  revision: z
    .string()
    .max(200)
    .regex(/^\w[\w./-]*$/, "expected a branch, a tag or a commit")
    .default("main"),
  path: z
    .string()
    .max(1000)
    .regex(/^(\w[\w.=-]*(\/\w[\w.=-]*)*)?$/, "expected names with slashes between them")
    .default("")
    .describe("a folder or file within it; empty: all of it"),
  visibility: z.enum(visibilities).default("public").describe("of the dictionary, if it is new"),
});
