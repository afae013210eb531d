import { readFileSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../bundle/index.ts";
import { nearest } from "./nearest.ts";

/** A flag of every verb that works in a run folder. */
export const configFile = z.object({
  config: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "JSON file of settings by their flags' names, such as a run's config.json or a recipe; flags that are given go before it",
    ),
});

/** What was given, and below it what the file named by --config says. */
export function withConfigFile(
  schema: z.ZodObject,
  { config: path, ...given }: Record<string, unknown>,
): Record<string, unknown> {
  return typeof path === "string" ? { ...readSettings(schema, path), ...given } : given;
}

/** Values are not checked yet, as those of flags are not. */
function readSettings(schema: z.ZodObject, path: string): Record<string, unknown> {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(`--config ${path}: cannot be read as JSON: ${message}`, { cause });
  }
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw new UsageError(`--config ${path}: expected an object of settings`);
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(settings).find((key) => !known.includes(key));
  if (unknown === undefined) return { ...settings };
  const near = nearest(unknown, known);
  throw new UsageError(
    `--config ${path}: unknown setting ${unknown}${near ? `; did you mean ${near}?` : ""}`,
  );
}
