import "server-only";
import type { ModelSummary } from "@/lib/views.ts";
import { db } from "../db.ts";

export async function listModels(): Promise<ModelSummary[]> {
  const rows = await db().model.findMany({ select: columns, orderBy: { slug: "asc" } });
  return rows.map(toSummary);
}

/** The model, or null if no bundle has named it. */
export async function getModel(slug: string): Promise<ModelSummary | null> {
  const row = await db().model.findUnique({ where: { slug }, select: columns });
  return row && toSummary(row);
}

const columns = {
  slug: true,
  n_layers: true,
  d_model: true,
  d_vocab: true,
  _count: { select: { dictionaries: true } },
} as const;

type Row = Omit<ModelSummary, "dictionaries"> & { _count: { dictionaries: number } };

function toSummary({ _count, ...model }: Row): ModelSummary {
  return { ...model, dictionaries: _count.dictionaries };
}
