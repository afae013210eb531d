import { availableParallelism } from "node:os";
import { BundleError, type LiveRefusal, type LiveRequest, UsageError } from "../bundle/index.ts";
import { hubSettings } from "../hf/settings.ts";
import { answer } from "./answer.ts";
import { NotInstalled } from "./installed-model.ts";
import { Opened } from "./opened.ts";

/*
 * The process that computes for a hub's readers. It is asked one thing at a time, over IPC, and goes when whoever
 * started it is gone.
 */

const MOST_THREADS = 8;

const { models_dir, limit_bytes } = JSON.parse(process.argv[2]);
const threads = Math.min(MOST_THREADS, availableParallelism());
const opened = new Opened({ settings: hubSettings(), models_dir, limit_bytes, threads });

process.on("message", async ({ id, request }: { id: number; request: LiveRequest }) => {
  try {
    process.send?.({ id, answer: await answer(opened, request) });
  } catch (error) {
    process.send?.({ id, refusal: refusalOf(error) });
  }
});
process.on("disconnect", () => process.exit());

function refusalOf(error: unknown): LiveRefusal {
  const { message } = error as Error;
  if (error instanceof NotInstalled) return { why: "not_installed", message };
  if (error instanceof UsageError) return { why: "request", message };
  if (error instanceof BundleError) return { why: "bundle", message };
  console.error(error);
  return { why: "bug", message };
}
