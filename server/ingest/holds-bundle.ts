import "server-only";
import { type ArchiveSource, isArchive, readArchive, withDamageNamed } from "trainer/bundle/files";

/** Whether a stored file is an archive with a manifest.json: then it is taken for a bundle. */
export async function holdsBundle(source: ArchiveSource, limit: number): Promise<boolean> {
  if (!(await isArchive(source))) return false;
  return withDamageNamed(async () => {
    for await (const { path } of readArchive(source, limit))
      if (path.slice(path.lastIndexOf("/") + 1) === "manifest.json") return true;
    return false;
  });
}
