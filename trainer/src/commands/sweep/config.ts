import { z } from "zod";
import { saeConfig } from "../../sae/config.ts";
import { trainConfig } from "../../train/config.ts";
import { groups, type RunConfig, runConfig } from "../config.ts";

/** Of training's settings, those that a sweep takes one value of: a list as it is, and what changes no weights. */
const single = [
  "matryoshka_widths",
  "checkpoint_every_steps",
  "fvu_every_steps",
  "log_every_steps",
] as const;

/** A setting that takes one value in each run, and may take several in a sweep. */
export type SweptName = Exclude<
  keyof z.infer<typeof saeConfig> | keyof z.infer<typeof trainConfig> | "seed",
  (typeof single)[number]
>;
/** The hooks of each dictionary: the second list goes with the first, one by one. */
export const hookNames = ["hook_name", "hook_name_out"] as const;

/** Settings of which a sweep takes every combination, in the order in which it goes through them. */
export const sweptNames = [
  ...Object.keys(saeConfig.shape),
  ...Object.keys(trainConfig.shape),
  "seed",
].filter((name) => !(single as readonly string[]).includes(name)) as SweptName[];

/** A setting's schema for a list of what it may be, by default of its default alone. */
export function listOf(schema: z.ZodType): z.ZodType {
  const { defaultValue, innerType } = (schema as z.ZodDefault).def;
  return z
    .array(innerType as z.ZodType)
    .nonempty()
    .default([defaultValue])
    .describe(schema.description ?? "");
}

/** The settings of a run, those that may be swept as lists. */
function swept(schema: z.ZodObject): z.ZodObject {
  const { name: _derived, ...shape } = schema.shape;
  const lists = [...hookNames, ...sweptNames] as string[];
  return z.object(
    Object.fromEntries(
      Object.entries(shape).map(([name, setting]) => [
        name,
        lists.includes(name) ? listOf(setting as z.ZodType) : setting,
      ]),
    ),
  );
}

/** The whole of a sweep's config.json: that of a run, but for its name, with lists where a grid may have several values. */
export const sweepConfig = swept(runConfig);

type Lists = { [Name in SweptName | (typeof hookNames)[number]]: RunConfig[Name][] };
export type SweepConfig = Omit<RunConfig, keyof Lists | "name"> & Lists;

/** A sweep's settings without what is one machine's alone, for another. */
export function sharedSweep(config: SweepConfig): Record<string, unknown> {
  const { precision: _, ...own } = groups.machine.Machine.shape;
  return Object.fromEntries(Object.entries(config).filter(([name]) => !Object.hasOwn(own, name)));
}

/** Flags by the heading under which the help lists them. */
export const sweepFlags: Record<string, z.ZodObject> = Object.fromEntries(
  Object.values(groups)
    .flatMap((group) => Object.entries(group))
    .map(([title, schema]) => [title, swept(schema)]),
);

/** One value where a list may stand is a list of one: as a person would write it in a file. */
export function toLists(given: Record<string, unknown>): Record<string, unknown> {
  const lists = [...hookNames, ...sweptNames] as string[];
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      lists.includes(name) && !Array.isArray(value) ? [value] : value,
    ]),
  );
}
