import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { verifyBundle } from "../bundle/files.ts";
import { bundleFiles, type Manifest, UsageError } from "../bundle/index.ts";
import { contentFile, type PushFile } from "../hf/push/file.ts";
import { modesOf, type Pushed, push } from "../hf/push/push.ts";
import { findTarget, makeTarget, type Target, textOf } from "../hf/push/target.ts";
import { parseRepo } from "../hf/repo.ts";
import type { HubSettings } from "../hf/settings.ts";
import { bundleFolder } from "./bundle-folder.ts";
import { checkConfig } from "./flags.ts";
import { mergeReadme } from "./publish/readme.ts";
import { sectionOf } from "./publish/section.ts";
import type { Context, Outcome, Verb } from "./verb.ts";

export const publishFlags = z.object({
  to: z
    .string()
    .describe(
      "repository on the model hub (HF_ENDPOINT), ORG/NAME; it is made where there is none",
    ),
  revision: z.string().default("main").describe("branch; it is made where there is none"),
  path: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "folder in the repository, so that many dictionaries share one; null: the dictionary's name; .: none",
    ),
  private: z
    .boolean()
    .default(false)
    .describe("makes the repository, if it is new, for its members alone"),
  license: z
    .string()
    .regex(/^[A-Za-z0-9.+-]+$/, "expected an SPDX id, e.g. MIT or CC-BY-4.0")
    .nullable()
    .default(null)
    .describe("for a new README, by its SPDX id; null: none is stated"),
  dry_run: z.boolean().default(false).describe("says what would be sent, and sends nothing"),
});

export const publish: Verb = {
  words: "DIR",
  summary:
    "Puts a bundle (its folder, or the run folder it lies in) into a repository of a model hub, in one commit, with a README that says what it is. HF_TOKEN must be allowed to write. Broken off, the same command goes on.",
  flags: { "Model hub": publishFlags },
  run: ([given], flags, context) =>
    publishBundle(bundleFolder(given), checkConfig(publishFlags, flags), context),
};

/** Publishes the bundle of a folder; `settings` of the hub are those of the environment if not given. */
export async function publishBundle(
  dir: string,
  asked: z.output<typeof publishFlags>,
  context: Context & { settings?: HubSettings },
): Promise<Outcome> {
  const repo = parseRepo(`${parseRepo(asked.to, "model").id}@${asked.revision}`, "model");
  const found = await findTarget(repo, context);
  const manifest = await verifyBundle(dir, context);
  const path = folderIn(asked.path ?? manifest.name);
  const files = await filesOf(dir, manifest, path);
  const place = { repo: repo.id, revision: repo.revision, path };
  const readme = async (target: Target) =>
    contentFile(
      "README.md",
      mergeReadme(await textOf(target, "README.md"), {
        key: path || manifest.name,
        section: sectionOf(manifest, place),
        title: repo.id.split("/")[1],
        head: { license: asked.license, base_model: manifest.provenance.model.source },
      }),
    );
  if (asked.dry_run) return dryRun(found, [...files, await readme(found)], place);
  const target = await makeTarget(found, { isPrivate: asked.private });
  const removed = leftovers(target, files, path);
  const summary = `Put ${manifest.model_id}/${manifest.name}`;
  const all = [...files, await readme(target)];
  return outcome(await push(target, all, { removed, summary }), place, removed);
}

/** A folder's name as it stands in paths; "" is the top of the repository. */
function folderIn(given: string): string {
  const path = given === "." ? "" : given.replace(/\/$/, "");
  const isOne = path.split("/").every((part) => /^[\w][\w.-]*$/.test(part));
  if (path !== "" && !isOne)
    throw new UsageError(`--path ${given}: expected a folder's name, e.g. layers/res3, or .`);
  return path;
}

async function filesOf(dir: string, manifest: Manifest, path: string): Promise<PushFile[]> {
  const within = (name: string) => (path === "" ? name : `${path}/${name}`);
  const text = await readFile(join(dir, "manifest.json"));
  const own = { bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
  return Object.entries({ ...manifest.files, "manifest.json": own }).map(([name, stated]) => ({
    path: within(name),
    file: join(dir, name),
    ...stated,
  }));
}

/** Files of an earlier bundle in the folder that this one does not have. */
function leftovers({ head }: Target, files: PushFile[], path: string): string[] {
  const kept = new Set(files.map((file) => file.path));
  const known = Object.keys(bundleFiles).map((name) => (path === "" ? name : `${path}/${name}`));
  const there = new Set(head?.files.map((file) => file.path));
  return known.filter((name) => there.has(name) && !kept.has(name));
}

type Place = Parameters<typeof sectionOf>[1];

async function dryRun(target: Target, files: PushFile[], place: Place): Promise<Outcome> {
  const { hub, head } = target;
  const modes = head ? await modesOf(files, hub) : files.map((file) => ({ file, isThere: false }));
  const removed = leftovers(target, files, place.path);
  const listed = modes.map(({ file: { path, bytes }, isThere }) => ({
    path,
    bytes,
    state: isThere ? ("there" as const) : ("to send" as const),
  }));
  const readme = files.at(-1);
  const made = [
    ...(target.isThere ? [] : [`${place.repo} would be made`]),
    ...(target.isThere && !head ? [`the branch ${place.revision} would be made`] : []),
  ];
  const lines = [...made, ...linesOf(listed), ...removed.map((path) => `  ${path}  taken out`)];
  return {
    text: `${lines.join("\n")}\nnothing was sent`,
    data: {
      ...place,
      commit: null,
      files: listed,
      removed,
      readme: readme && "content" in readme ? new TextDecoder().decode(readme.content) : "",
    },
  };
}

function outcome({ commit, files }: Pushed, place: Place, removed: string[]): Outcome {
  const said =
    commit === null
      ? "is there already, every file with the same hash"
      : `is whole at commit ${commit}`;
  const lines = [
    `${place.repo}: ${place.path === "" ? "the dictionary" : place.path} ${said}`,
    ...linesOf(files),
    ...removed.map((path) => `  ${path}  taken out`),
  ];
  return { text: lines.join("\n"), data: { ...place, commit, files, removed } };
}

function linesOf(files: { path: string; bytes: number; state: string }[]): string[] {
  const width = Math.max(...files.map(({ path }) => path.length)) + 2;
  return files.map(
    ({ path, bytes, state }) => `  ${path.padEnd(width)}${`${bytes}`.padStart(12)} bytes  ${state}`,
  );
}
