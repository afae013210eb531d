import "server-only";
import type { z } from "zod";
import type { Viewer } from "@/lib/views.ts";
import { makeToken } from "../accounts/tokens.ts";
import type { tokenRequest } from "../api/account-schemas.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";

const MOST = 50;
const DAY_MS = 24 * 3600 * 1000;

/** A token for a program of the user's. This answer is the one place where it stands. */
export async function createToken(
  user: NonNullable<Viewer>,
  { name, scopes, days }: z.infer<typeof tokenRequest>,
): Promise<{ id: string; token: string }> {
  if ((await db().apiToken.count({ where: { user_id: user.id } })) >= MOST)
    throw new HttpError(409, `you have ${MOST} tokens; revoke one first`);
  const { token, hash } = makeToken();
  const expires_at = days === null ? null : new Date(Date.now() + days * DAY_MS);
  const data = { user_id: user.id, name, hash, scopes, expires_at };
  const { id } = await db().apiToken.create({ data, select: { id: true } });
  return { id, token };
}

/** Null if the user has no such token. */
export async function revokeToken(
  user: NonNullable<Viewer>,
  id: string,
): Promise<{ id: string } | null> {
  const { count } = await db().apiToken.deleteMany({ where: { id, user_id: user.id } });
  return count === 0 ? null : { id };
}
