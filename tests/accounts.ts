import { randomUUID } from "node:crypto";
import type { Role, Scope } from "../lib/views.ts";
import { auth } from "../server/accounts/auth.ts";
import { authRoute } from "../server/accounts/route.ts";
import { makeToken } from "../server/accounts/tokens.ts";
import { db } from "../server/db.ts";

/** How a hub is reached whose people sign in; set before anything of it is asked. */
export const hosted = {
  AUTH_SECRET: "a-secret-of-at-least-32-characters",
  AUTH_URL: "https://hub.example",
};

export const password = "correct horse battery";

/** Somebody with an account, whose address is proven. */
export async function person(name: string, role: Role): Promise<{ id: string; email: string }> {
  const { internalAdapter, password: passwords } = await auth().$context;
  const email = `${name}@people.example`;
  const id = randomUUID();
  await db().user.create({ data: { id, name, email, role, email_verified: true } });
  const hash = await passwords.hash(password);
  const account = { userId: id, accountId: id, providerId: "credential", password: hash };
  await internalAdapter.createAccount(account);
  return { id, email };
}

/** A token of somebody's. */
export async function tokenOf(
  user_id: string,
  scopes: Scope[],
  expires_at: Date | null = null,
): Promise<string> {
  const { token, hash } = makeToken();
  await db().apiToken.create({ data: { user_id, name: "test", hash, scopes, expires_at } });
  return token;
}

type Sent = { headers?: Record<string, string>; body?: unknown };

/** What /api/auth answers a page of the hub. */
export function ask(path: string, { headers, body }: Sent = {}): Promise<Response> {
  const { AUTH_URL } = hosted;
  const sent = {
    method: body === undefined ? "GET" : "POST",
    headers: { origin: AUTH_URL, "content-type": "application/json", ...headers },
  };
  const request = new Request(`${AUTH_URL}/api/auth/${path}`, {
    ...sent,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return authRoute(request);
}

/** The cookies that an answer sets, as the browser sends them back. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** The cookie of somebody who has signed in. */
export async function signIn(email: string, withPassword = password): Promise<string> {
  return cookieOf(await ask("sign-in/email", { body: { email, password: withPassword } }));
}
