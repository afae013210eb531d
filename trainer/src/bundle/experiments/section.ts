import { z } from "zod";

/** What an experiment asks and how it answers; its section of evaluation.json follows `section`. */
export type Experiment<Section extends z.ZodType = z.ZodType> = {
  title: string;
  /** what a reader wants to know, as a question */
  question: string;
  /** how the section's numbers are computed */
  formula: string;
  /** raised whenever the formula or the token policy changes; stored in every section */
  formula_version: number;
  /** what runs it, e.g. "norms RUN_DIR" */
  command: string;
  section: Section;
};

/** A section of evaluation.json: what every experiment states beside its own numbers. */
export function experimentSection<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({
    formula_version: z.int().positive(),
    /** null: nothing in it is random */
    seed: z.int().nullable(),
    /** how many token positions were counted */
    tokens: z.int().nonnegative(),
    /** the experiment's settings, flags and defaults alike */
    config: z.record(z.string(), z.unknown()),
    ...shape,
  });
}

/** A figure with its 95 % bootstrap interval. */
export const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
