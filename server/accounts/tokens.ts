import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Scope, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { HttpError } from "../http.ts";

/** Who sent a request, and what they may do with what they sent; null: all that they may at all. */
export type Identity = { user: NonNullable<Viewer>; scopes: Scope[] | null };

/** The token of a request, or null if it sends none. */
export function bearerOf(headers: Headers): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
}

/** A token that nobody can guess; it is shown once, and its sha256 is kept. */
export function makeToken(): { token: string; hash: string } {
  const token = `dh_${randomBytes(32).toString("base64url")}`;
  return { token, hash: sha256(token) };
}

/** Whose token it is. One answer for all that is wrong with it: nobody learns which tokens there were. */
export async function tokenIdentity(token: string): Promise<Identity> {
  const { RUN_TOKEN } = env();
  if (RUN_TOKEN !== undefined && isSame(token, RUN_TOKEN)) return reporter();
  const row = await db().apiToken.findUnique({
    where: { hash: sha256(token) },
    include: { user: true },
  });
  const isOver = row?.expires_at && row.expires_at <= new Date();
  if (!row || isOver || row.user.disabled_at !== null)
    throw new HttpError(401, "this token is not known here: it is wrong, revoked or expired");
  await noteUse(row);
  const { id, name, role } = row.user;
  return { user: { id, name, role }, scopes: row.scopes };
}

/**
 * What RUN_TOKEN stands for. As long as nobody signs in, what is sent with it is the local owner's; among
 * accounts it belongs to none, so it can report runs, but own no dictionary.
 */
function reporter(): Identity {
  return env().AUTH_SECRET === undefined
    ? { user: { id: "local", name: "RUN_TOKEN", role: "member" }, scopes: ["runs", "upload"] }
    : { user: { id: "run-token", name: "RUN_TOKEN", role: "member" }, scopes: ["runs"] };
}

/** When it was used, to the minute: a token in use would otherwise be written all the time. */
async function noteUse({ id, last_used_at }: { id: string; last_used_at: Date | null }) {
  if (last_used_at && Date.now() - last_used_at.getTime() < 60_000) return;
  await db().apiToken.updateMany({ where: { id }, data: { last_used_at: new Date() } });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(expected)));
}
