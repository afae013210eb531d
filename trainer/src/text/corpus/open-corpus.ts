import { join } from "node:path";
import { type Report, UsageError } from "../../bundle/index.ts";
import { type OpenRepo, openRepo } from "../../hf/open-repo.ts";
import { parseRepo, type Repo } from "../../hf/repo.ts";
import type { HubSettings } from "../../hf/settings.ts";
import { CONVERTED, choosePart, convertedFiles, ownFiles } from "./dataset-files.ts";
import { formatOf, localFile, type TextFile } from "./text-file.ts";
import { isDataset } from "./text-spec.ts";

const stories = join(import.meta.dirname, "../../../embedded/text/stories.txt.gz");

type CorpusConfig = { text: string[]; text_config: string | null; text_split: string | null };

/** The files of a text, and the dataset that they are of: ORG/NAME@COMMIT, or null. */
export async function openCorpus(
  config: CorpusConfig,
  work: { report: Report; signal: AbortSignal; settings?: HubSettings },
): Promise<{ files: TextFile[]; source: string | null }> {
  const { text, text_config, text_split } = config;
  const [dataset] = text.filter(isDataset);
  if (dataset !== undefined) {
    if (text.length > 1)
      throw new UsageError(
        `--text ${dataset}: a dataset of a hub cannot be mixed with other texts`,
      );
    return openDataset(dataset, { config: text_config, split: text_split }, work);
  }
  for (const [flag, value] of Object.entries({ text_config, text_split }))
    if (value !== null) throw new UsageError(`--${flag} ${value}: only a dataset of a hub has one`);
  const files = text.map((name) => localFile(name === "embedded" ? stories : name));
  return { files, source: null };
}

async function openDataset(
  spec: string,
  part: { config: string | null; split: string | null },
  work: Parameters<typeof openRepo>[1],
): Promise<{ files: TextFile[]; source: string }> {
  const given = parseRepo(spec, "dataset");
  const isPinned = spec.includes("@");
  const repo = isPinned ? await openRepo(given, work) : await openConverted(given, work);
  const listed = await repo.list();
  const files = choosePart(isPinned ? ownFiles(listed) : convertedFiles(listed), part, spec);
  return {
    source: `${given.id}@${repo.commit}`,
    files: files.map(({ path, bytes }) => ({
      name: `${given.id}/${path}`,
      format: formatOf(path) as TextFile["format"],
      bytes,
      fetch: () => repo.fetch(path),
    })),
  };
}

async function openConverted(repo: Repo, work: Parameters<typeof openRepo>[1]): Promise<OpenRepo> {
  try {
    return await openRepo({ ...repo, revision: CONVERTED }, work);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    const { message } = cause;
    throw new UsageError(
      `${message}; where the hub made no Parquet files of a dataset, --text ${repo.id}@main reads its own`,
      { cause },
    );
  }
}
