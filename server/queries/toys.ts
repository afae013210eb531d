import "server-only";
import { createHash } from "node:crypto";
import { type Toy, toy } from "trainer/bundle";
import { toyPath } from "@/lib/routes.ts";
import type { ToySummary, ToyView } from "@/lib/views.ts";
import { db } from "../db.ts";

/** All toys, the newest first. */
export async function listToys(): Promise<ToySummary[]> {
  const rows = await db().toy.findMany({ orderBy: [{ created_at: "desc" }, { id: "asc" }] });
  return rows.map(({ id, document, created_at }) => {
    const { name, results, tokens } = toy.parse(document);
    return { id, name, tokens, results: results.length, created_at: created_at.toISOString() };
  });
}

/** null when there is no such toy */
export async function getToy(id: string): Promise<ToyView | null> {
  const row = await db().toy.findUnique({ where: { id } });
  if (!row) return null;
  return { id, created_at: row.created_at.toISOString(), toy: toy.parse(row.document) };
}

/** Keeps a toy; the same one sent twice is one. */
export async function takeToy(document: Toy): Promise<{ id: string; address: string }> {
  const id = createHash("sha256").update(JSON.stringify(document)).digest("hex");
  const data = { id, name: document.name, document: document as object };
  await db().toy.createMany({ data, skipDuplicates: true });
  return { id, address: toyPath(id) };
}
