import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelPin } from "../bundle/index.ts";
import { repoFolder, snapshotFolder } from "../hf/cache.ts";
import { isCommit, parseRepo } from "../hf/repo.ts";
import type { HubSettings } from "../hf/settings.ts";
import { embeddedModel } from "../text/config.ts";
import { isWhole } from "../text/model-files.ts";
import { modelSlug } from "../text/model-spec.ts";

/** A model that a bundle names, but this machine has not; the message says what brings it. */
export class NotInstalled extends Error {
  override name = "NotInstalled";
}

/** Where models lie: a model hub's cache, and a folder of folders that are named by the models' ids. */
export type ModelPlaces = { settings: Pick<HubSettings, "cache">; models_dir: string };

/**
 * The folder of a model that is here already; nothing is fetched. Bundles come from anybody, so what they name is a
 * repository and a commit, and never a path.
 */
export function installedModel(pin: ModelPin, { settings, models_dir }: ModelPlaces): string {
  const folders = [
    join(models_dir, pin.id),
    ...(pin.source === null && pin.id === modelSlug("embedded") ? [embeddedModel] : []),
    ...snapshotsOf(pin, settings),
  ];
  const found = folders.find((dir) => existsSync(dir) && isWhole(dir));
  if (found !== undefined) return found;
  throw new NotInstalled(
    `the model ${pin.id} is not installed on the hub's machine; ${remedy(pin, models_dir)}`,
  );
}

/** What is to be done there. */
export function remedy({ id, source, commit }: ModelPin, models_dir: string): string {
  if (source === null) return `copy its folder to ${join(models_dir, id)}`;
  return `this fetches it: npx trainer model ${source}${commit ? `@${commit}` : ""}`;
}

function snapshotsOf({ source, commit }: ModelPin, settings: ModelPlaces["settings"]): string[] {
  if (source === null || commit === null || !isCommit(commit)) return [];
  const repo = parseRepo(source, "model");
  return [snapshotFolder(repoFolder(settings as HubSettings, repo), commit)];
}
