import { z } from "zod";
import { slug } from "./manifest.ts";

/*
 * A sweep that several machines train: what is sent to a hub's queue, and what workers and the queue
 * say to each other.
 */

const settings = z.record(z.string(), z.unknown());

/** A worker makes a folder of this name. */
const groupName = z
  .string()
  .max(200)
  .regex(/^\w[\w.-]*$/, "expected letters, digits, '.', '-' or '_'");

export const sweepSubmission = z.object({
  name: slug,
  groups: z
    .array(
      z.object({
        /** what its dictionaries share, e.g. their hook */
        name: groupName,
        dictionaries: z.int().positive(),
        /** the grid, as `trainer sweep` takes it */
        config: settings,
      }),
    )
    .min(1)
    .max(1000),
});
export type SweepSubmission = z.infer<typeof sweepSubmission>;

/** Who asks for a group, as the page of the sweep shows it. */
export const groupRequest = z.object({ worker: z.string().min(1).max(300) });

/** A group that is one worker's until the lease ends, unless it says again that it is at it. */
export const groupClaim = z.object({
  group: z
    .object({
      id: z.uuid(),
      claim: z.uuid(),
      sweep: slug,
      name: groupName,
      dictionaries: z.int(),
      config: settings,
      attempts: z.int(),
    })
    .nullable(),
  /** seconds until another may take it */
  lease: z.int().positive(),
});
export type ClaimedGroup = NonNullable<z.infer<typeof groupClaim>["group"]>;

export const groupHold = z.object({ claim: z.uuid() });

export const groupEnd = z.object({
  claim: z.uuid(),
  /** released: given back, to be gone on with by whoever takes it */
  how: z.enum(["done", "failed", "released"]),
  error: z.string().max(4000).nullable().default(null),
});
export type GroupEnd = z.infer<typeof groupEnd>;
