import { tarOf } from "@/lib/ustar.ts";

/** What is sent: a file as it is, or a tar made of several. */
export type Package = { filename: string; blob: Blob };

/** A file with its path within what was dropped or picked, e.g. "bundle/cfg.json". */
export type PathedFile = { path: string; blob: Blob };

/**
 * One file as it is; of a folder that holds a manifest.json a tar of that bundle; of anything else a tar of all that is
 * not hidden, with its folders. Throws with a sentence for the reader when there is nothing.
 */
export function pickUpload(files: readonly PathedFile[]): Package {
  const seen = files.filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")));
  const [first] = seen;
  if (!first)
    throw new Error(
      "There is no file in it: expected a bundle, or the files of a dictionary of another format.",
    );
  if (seen.length === 1) return { filename: baseOf(first.path), blob: first.blob };
  const manifests = seen.filter((file) => baseOf(file.path) === "manifest.json");
  const shallowest = manifests.sort((a, b) => a.path.length - b.path.length)[0];
  if (shallowest) {
    const folder = folderOf(shallowest.path);
    return packed(
      baseOf(folder) || "bundle",
      seen.filter((file) => folderOf(file.path) === folder),
      folder,
    );
  }
  const folder = commonFolder(seen.map(({ path }) => path));
  return packed(baseOf(folder) || "dictionary", seen, folder);
}

function packed(name: string, files: readonly PathedFile[], folder: string): Package {
  const from = folder === "" ? 0 : folder.length + 1;
  const members = files.map(({ path, blob }) => ({ name: path.slice(from), blob }));
  return { filename: `${name}.tar`, blob: tarOf(members) };
}

/** The folder that all paths lie in; empty if there is none. */
function commonFolder(paths: readonly string[]): string {
  let folder = folderOf(paths[0] ?? "");
  while (folder !== "" && !paths.every((path) => path.startsWith(`${folder}/`)))
    folder = folderOf(folder);
  return folder;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
