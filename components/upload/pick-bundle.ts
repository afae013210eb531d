import { tarOf } from "@/lib/ustar.ts";

/** What is sent: an archive as it is, or a tar made of a folder. */
export type Package = { filename: string; blob: Blob };

/** A file with its path within what was dropped or picked, e.g. "bundle/cfg.json". */
export type PathedFile = { path: string; blob: Blob };

const archive = /\.(tar|tar\.gz|tgz|zip)$/i;

/**
 * The one archive, or a tar of the folder that holds a manifest.json. Throws with a sentence for the
 * reader when it is neither.
 */
export function pickBundle(files: readonly PathedFile[]): Package {
  const [first] = files;
  if (files.length === 1 && first && archive.test(first.path)) {
    return { filename: baseOf(first.path), blob: first.blob };
  }
  const manifests = files.filter((file) => baseOf(file.path) === "manifest.json");
  const shallowest = manifests.sort((a, b) => a.path.length - b.path.length)[0];
  if (!shallowest) throw new Error(refusal(files));
  const folder = folderOf(shallowest.path);
  const members = files.filter(
    (file) => folderOf(file.path) === folder && !baseOf(file.path).startsWith("."),
  );
  return {
    filename: `${baseOf(folder) || "bundle"}.tar`,
    blob: tarOf(members.map(({ path, blob }) => ({ name: baseOf(path), blob }))),
  };
}

function refusal(files: readonly PathedFile[]): string {
  const what =
    files.length === 1 ? `${baseOf(files[0]?.path ?? "")} is no archive` : "No manifest.json in it";
  return `${what}: expected a bundle as .zip, .tar or .tar.gz, or the bundle's folder.`;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
