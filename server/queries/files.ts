import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { bundleKey } from "../storage.ts";
import { findRevision } from "./dictionaries.ts";

/** Bytes [offset, offset + bytes) of a stored file, under a name of their own. */
export type StoredPart = {
  key: string;
  offset: number;
  bytes: number;
  sha256: string;
  filename: string;
  /** whether caches that many people share may keep it */
  isPublic: boolean;
};

/** The whole bundle; the manifest's sha256 stands for it, because the manifest names all its files. */
export async function storedTar(
  viewer: Viewer,
  model: string,
  slug: string,
  revision: string | null,
): Promise<StoredPart | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const { bundle_bytes } = await db().revision.findUniqueOrThrow({
    where: { id: found.id },
    select: { bundle_bytes: true },
  });
  const sha256 = found.summary.revision;
  return {
    key: bundleKey(sha256),
    offset: 0,
    bytes: Number(bundle_bytes),
    sha256,
    filename: `${slug}.tar`,
    isPublic: found.summary.visibility === "public",
  };
}

export async function storedFile(
  viewer: Viewer,
  model: string,
  slug: string,
  name: string,
  revision: string | null,
): Promise<StoredPart | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const file = await db().revisionFile.findUnique({
    where: { revision_id_name: { revision_id: found.id, name } },
  });
  return (
    file && {
      key: bundleKey(found.summary.revision),
      offset: Number(file.offset),
      bytes: Number(file.bytes),
      sha256: file.sha256,
      filename: name,
      isPublic: found.summary.visibility === "public",
    }
  );
}
