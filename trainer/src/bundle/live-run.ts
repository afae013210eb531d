import { z } from "zod";
import { architectures } from "./cfg.ts";
import { slug } from "./manifest.ts";
import { sha256Hex } from "./sha256.ts";
import { trainingLine } from "./training.ts";

/*
 * What a run tells a hub while it trains. run.json in a run folder holds the announcement, so that a hub
 * on the same machine finds the run without being told.
 */

export const runAnnouncement = z.object({
  id: z.uuid(),
  name: z.string().min(1).max(200),
  /** the sweep it belongs to */
  sweep: slug.nullable(),
  /** the machine and the folder it works in */
  host: z.string().max(300),
  dir: z.string().max(4096),
  model: slug,
  hook_name: z.string().min(1).max(200),
  /** where a transcoder's output goes; null: back to hook_name */
  hook_name_out: z.string().min(1).max(200).nullable(),
  architecture: z.enum(architectures),
  d_sae: z
    .int()
    .positive()
    .max(2 ** 31 - 1),
  k: z
    .int()
    .positive()
    .max(2 ** 31 - 1)
    .nullable(),
  /** 0: it is imported, so nothing is trained */
  train_tokens: z.int().nonnegative(),
  /** the run's whole configuration */
  config: z.record(z.string(), z.unknown()),
});
export type RunAnnouncement = z.infer<typeof runAnnouncement>;

/** A line of training.jsonl as a hub keeps it. */
export const reportedLine = trainingLine.extend({
  step: trainingLine.shape.step.max(2 ** 31 - 1),
  orthogonality_loss: z.number().nullable().default(null),
  /** as seen by whoever watched; null: nobody did */
  tokens_per_second: z.number().nonnegative().nullable().default(null),
});
export type ReportedLine = z.infer<typeof reportedLine>;

/** Most lines in one message; they stay well below the hub's limit of bytes. */
export const MAX_LINES = 1000;

/** The run's lines after the step `after` are these, whatever was told of them before. */
export const lineBatch = z
  .object({
    after: z.int().nonnegative(),
    lines: z.array(reportedLine).max(MAX_LINES),
  })
  .refine(
    ({ after, lines }) => lines.every(({ step }, i) => step > (lines[i - 1]?.step ?? after)),
    {
      path: ["lines"],
      error: "expected rising steps, all after `after`",
    },
  );
export type LineBatch = z.infer<typeof lineBatch>;

export const runStates = ["running", "finished", "stopped", "failed"] as const;
export type RunState = (typeof runStates)[number];

export const runStatus = z.object({
  state: z.enum(runStates),
  /** what it is doing and how far that is, e.g. "harvest", 1200 of 4000 tokens */
  stage: z.string().max(100),
  done: z.int().nonnegative(),
  total: z.int().nonnegative(),
  /** why it failed */
  error: z.string().max(4000).nullable().default(null),
  /** the bundle that it made: sha256 of its manifest.json */
  manifest_sha256: sha256Hex.nullable().default(null),
});
export type RunStatus = z.infer<typeof runStatus>;
