import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import type { Viewer } from "@/lib/views.ts";
import { sessionUser } from "./accounts/auth.ts";
import { bearerOf, type Identity, tokenIdentity } from "./accounts/tokens.ts";
import { forwardedHeader } from "./clients.ts";
import { env, loopback } from "./env.ts";

/** The user of migration 0008: whose hub it is as long as nobody has to sign in. */
const localOwner = { id: "local", name: "local owner", role: "maintainer" } as const;

/** Who looks at this page. */
export const viewer = cache(async (): Promise<Viewer> => present(await headers()));

/** Who asks. A token that is good for nothing is refused, so that nobody takes "not found" for an answer. */
export async function viewerOf(request: { headers: Headers }): Promise<Viewer> {
  return (await identify(request))?.user ?? null;
}

/** Who asks, and what for; a token comes before a cookie. */
export async function identify({ headers }: { headers: Headers }): Promise<Identity | null> {
  const token = bearerOf(headers);
  if (token !== null) return tokenIdentity(token);
  const user = await present(headers);
  return user && { user, scopes: null };
}

/**
 * Who sits before the browser: who is signed in or, as long as nobody can be, the owner, if the hub listens
 * on this machine alone and was asked by this machine's own name. Another name leads here through a proxy,
 * or through another site's page (DNS rebinding).
 */
async function present(headers: Headers): Promise<Viewer> {
  const { AUTH_SECRET, HOST } = env();
  if (AUTH_SECRET !== undefined) return sessionUser(headers);
  return isLocal(headers, HOST) ? localOwner : null;
}

export function isLocal(headers: Headers, listensOn: string): boolean {
  const asked = hostname(headers.get("host"));
  const said = headers.get("x-forwarded-host"); // which Next itself says, too
  const isForwarded =
    headers.has(forwardedHeader) || (said !== null && said !== headers.get("host"));
  return loopback.test(listensOn) && loopback.test(asked) && !isForwarded;
}

/** 127.0.0.1:3000 → 127.0.0.1, [::1]:3000 → ::1 */
function hostname(host: string | null): string {
  const address = `http://${host ?? ""}`;
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[|\]$/g, "") : "";
}
