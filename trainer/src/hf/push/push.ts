import { z } from "zod";
import { HubError } from "../../bundle/errors.ts";
import { readAnswer } from "../list-files.ts";
import { apiAddress, isCommit } from "../repo.ts";
import { ask, type Hub } from "../request.ts";
import { blobSha1, contentOf, type PushFile, sampleOf } from "./file.ts";
import { sendLargeFiles } from "./large-files.ts";
import { postJson, type Target } from "./target.ts";

/** there: it lies in the repository already; known: the hub had its bytes; sent: they went over the network. */
export type Pushed = {
  /** the new commit; null: nothing had to change */
  commit: string | null;
  files: { path: string; bytes: number; state: "there" | "known" | "sent" }[];
};

type Mode = { file: PushFile; isLarge: boolean; isThere: boolean };

/**
 * Puts files into a repository and takes others out, in one commit on the one that was looked at: it holds all of
 * them then, or is as it was. What is there with the same hash is not sent.
 */
export async function push(
  { hub, head }: Target,
  files: PushFile[],
  { removed, summary }: { removed: string[]; summary: string },
): Promise<Pushed> {
  const modes = await modesOf(files, hub);
  const changed = modes.filter(({ isThere }) => !isThere);
  const state = new Map<string, "sent" | "known">();
  const large = changed.filter(({ isLarge }) => isLarge).map(({ file }) => file);
  const total = large.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  await sendLargeFiles(large, hub, {
    onBytes(n) {
      done += n;
      hub.report({ stage: "publish", done, total, unit: "bytes" });
    },
    onSent: ({ path }, isNew) => state.set(path, isNew ? "sent" : "known"),
  });
  const commit =
    changed.length + removed.length === 0
      ? null
      : await makeCommit(hub, { head, changed, removed, summary });
  return {
    commit,
    files: modes.map(({ file: { path, bytes }, isThere }) => ({
      path,
      bytes,
      state: isThere ? "there" : (state.get(path) ?? "sent"),
    })),
  };
}

const preupload = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      uploadMode: z.enum(["lfs", "regular"]),
      shouldIgnore: z.boolean().default(false),
      /** the hash of what lies there: git's of a small file, the sha256 of a large one */
      oid: z.string().nullish(),
    }),
  ),
});

/** So many are asked about at once. */
const BATCH = 256;

/** How each file is kept there, and whether it is there already. */
export async function modesOf(files: PushFile[], hub: Hub): Promise<Mode[]> {
  const { settings, repo } = hub;
  const url = `${apiAddress(settings.endpoint, repo)}/preupload/${encodeURIComponent(repo.revision)}`;
  const modes: Mode[] = [];
  for (let at = 0; at < files.length; at += BATCH) {
    const asked = files.slice(at, at + BATCH);
    const described = await Promise.all(
      asked.map(async (file) => ({
        path: file.path,
        size: file.bytes,
        sample: Buffer.from(await sampleOf(file)).toString("base64"),
      })),
    );
    const answer = await readAnswer(url, preupload, await postJson(url, hub, { files: described }));
    for (const file of asked) {
      const found = answer.files.find(({ path }) => path === file.path);
      if (!found) throw new HubError(`${file.path}: the hub does not say how it is kept`);
      if (found.shouldIgnore)
        throw new HubError(
          `${file.path}: the repository's .gitignore leaves it out; change that, or choose another --path`,
        );
      const isLarge = found.uploadMode === "lfs" && file.bytes > 0;
      const own = found.oid && (isLarge ? file.sha256 : await blobSha1(file));
      modes.push({ file, isLarge, isThere: found.oid === own && own !== undefined && own !== "" });
    }
  }
  return modes;
}

const commitAnswer = z.object({ commitOid: z.string().refine(isCommit) });

async function makeCommit(
  hub: Hub,
  {
    head,
    changed,
    removed,
    summary,
  }: { head: Target["head"]; changed: Mode[]; removed: string[]; summary: string },
): Promise<string> {
  const lines: object[] = [
    {
      key: "header",
      value: { summary, description: "", ...(head && { parentCommit: head.commit }) },
    },
  ];
  for (const { file, isLarge } of changed) {
    const { path, bytes, sha256 } = file;
    if (isLarge)
      lines.push({ key: "lfsFile", value: { path, algo: "sha256", oid: sha256, size: bytes } });
    else {
      const content = Buffer.from(await contentOf(file)).toString("base64");
      lines.push({ key: "file", value: { path, content, encoding: "base64" } });
    }
  }
  for (const path of removed) lines.push({ key: "deletedFile", value: { path } });
  const { settings, repo } = hub;
  const url = `${apiAddress(settings.endpoint, repo)}/commit/${encodeURIComponent(repo.revision)}`;
  const answer = await ask(url, hub, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    attempts: 1, // it may have been made though no answer came; the same command then finds it
  });
  return (await readAnswer(url, commitAnswer, answer)).commitOid;
}
