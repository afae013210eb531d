import "server-only";
import type { Account, Person, TokenSummary, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";

/** Everybody with an account, the newest first; for maintainers. */
export async function listPeople(): Promise<Person[]> {
  const rows = await db().user.findMany({
    where: { id: { not: "local" } }, // who has none
    include: {
      _count: { select: { dictionaries: true, tokens: true } },
      sessions: { select: { created_at: true }, orderBy: { created_at: "desc" }, take: 1 },
      accounts: { select: { provider_id: true, password: true } },
    },
    orderBy: { created_at: "desc" },
  });
  return rows.map(({ _count, sessions, accounts, disabled_at, created_at, ...row }) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    email_verified: row.email_verified,
    role: row.role,
    disabled: disabled_at !== null,
    signs_in_by: accounts.map((one) => (one.password === null ? one.provider_id : "password")),
    dictionaries: _count.dictionaries,
    tokens: _count.tokens,
    created_at: created_at.toISOString(),
    signed_in_at: sessions[0]?.created_at.toISOString() ?? null,
  }));
}

/** Somebody's own account. */
export async function getAccount({ id }: NonNullable<Viewer>): Promise<Account> {
  const { name, email, email_verified, role, accounts } = await db().user.findUniqueOrThrow({
    where: { id },
    include: { accounts: { select: { password: true } } },
  });
  const has_password = accounts.some(({ password }) => password !== null);
  return { name, email, email_verified, role, has_password };
}

/** Somebody's tokens, the newest first; what they are nobody knows any more. */
export async function listTokens({ id }: NonNullable<Viewer>): Promise<TokenSummary[]> {
  const rows = await db().apiToken.findMany({
    where: { user_id: id },
    orderBy: [{ created_at: "desc" }, { id: "asc" }],
  });
  return rows.map(({ id, name, scopes, ...times }) => ({
    id,
    name,
    scopes,
    created_at: times.created_at.toISOString(),
    expires_at: times.expires_at?.toISOString() ?? null,
    last_used_at: times.last_used_at?.toISOString() ?? null,
    expired: times.expires_at !== null && times.expires_at <= new Date(),
  }));
}
