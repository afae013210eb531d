import "server-only";
import type { z } from "zod";
import type { Viewer } from "@/lib/views.ts";
import type { accountChange } from "../api/account-schemas.ts";
import { db } from "../db.ts";

/** Changes what somebody is called. */
export async function changeAccount(
  { id }: NonNullable<Viewer>,
  { name }: z.infer<typeof accountChange>,
): Promise<{ name: string }> {
  return db().user.update({ where: { id }, data: { name }, select: { name: true } });
}
