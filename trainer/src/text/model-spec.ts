import { statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, resolve } from "node:path";
import { UsageError } from "../bundle/errors.ts";
import { isCommit, parseRepo, type Repo } from "../hf/repo.ts";
import { toSlug } from "./slug.ts";

/** What `--model` names, the bundled model aside: a folder, or a repository of a model hub. */
export type ModelSpec = { folder: string } | { repo: Repo };

/** A folder when there is one, or when it is written like one; else ORG/NAME[@REVISION] on a hub. */
export function parseModelSpec(spec: string): ModelSpec {
  const path = spec.replace(/^~(?=$|[\\/])/, homedir());
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder || path.startsWith(".") || isAbsolute(path)) return { folder: resolve(path) };
  try {
    return { repo: parseRepo(spec, "model") };
  } catch (cause) {
    throw new UsageError(`there is no folder ${spec} here, and ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** The spec as a run keeps it: a run folder means the same model wherever it is gone on with. */
export function keptModelSpec(spec: string): string {
  if (spec === "embedded") return spec;
  const parsed = parseModelSpec(spec);
  return "folder" in parsed ? parsed.folder : spec;
}

/** The model's name in bundles: pythia-70m-deduped-step3000 for EleutherAI/pythia-70m-deduped@step3000 */
export function modelSlug(spec: string): string {
  if (spec === "embedded") return "stories-2m";
  const parsed = parseModelSpec(spec);
  if ("folder" in parsed) return toSlug(basename(parsed.folder));
  const { id, revision } = parsed.repo;
  const at = isCommit(revision) ? revision.slice(0, 7) : revision;
  return toSlug(revision === "main" ? basename(id) : `${basename(id)}-${at}`);
}
