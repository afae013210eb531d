import "server-only";
import { type Role, roles, type Scope, type Viewer } from "@/lib/views.ts";
import { addressHeader } from "./clients.ts";
import { env } from "./env.ts";
import { HttpError } from "./http.ts";
import { type Limit, takeTurn } from "./limits.ts";
import { identify, isLocal } from "./viewer.ts";

/** What a route asks for: a scope that a token may have, or that somebody is signed in. */
type Asked = { scope: Scope | "session"; role?: Role };

/** How often each may be done, by one user; from one address twice as often. */
const limits: Record<Asked["scope"], Limit> = {
  write: { most: 120, seconds: 60 },
  session: { most: 60, seconds: 60 },
  upload: { most: 300, seconds: 3600 },
  runs: { most: 6000, seconds: 60 }, // a sweep tells of each of its runs twice a second
};

/**
 * Who changes something here, or the refusal: 401 unknown, 403 not from here, not with that role or not with
 * that token, 429 too often.
 */
export async function allowWrite(
  { headers }: { headers: Headers },
  { scope, role = "member" }: Asked,
): Promise<NonNullable<Viewer>> {
  checkOrigin(headers);
  const { most, seconds } = limits[scope];
  const isOwners = env().AUTH_SECRET === undefined && isLocal(headers, env().HOST);
  // An owner alone with their machine needs no limit, and no count in the database.
  const address = headers.get(addressHeader) ?? "unknown";
  if (!isOwners) await takeTurn(`${scope} from ${address}`, { most: 2 * most, seconds });
  const identity = await identify({ headers });
  if (!identity) throw unknown(scope);
  const { user, scopes } = identity;
  if (!isOwners) await takeTurn(`${scope} by ${user.id}`, { most, seconds });
  if (scopes !== null && (scope === "session" || !scopes.includes(scope)))
    throw new HttpError(
      403,
      scope === "session"
        ? "no token may do that: it takes somebody who is signed in"
        : `this token may not do that: it takes one with the scope ${scope}`,
    );
  if (roles.indexOf(user.role) < roles.indexOf(role))
    throw new HttpError(403, `a ${user.role} may not do that: it takes a ${role}`);
  return user;
}

function unknown(scope: Asked["scope"]): HttpError {
  const { AUTH_SECRET, RUN_TOKEN } = env();
  if (AUTH_SECRET !== undefined)
    return new HttpError(401, "sign in for that, or send a token: Authorization: Bearer dh_…");
  if (RUN_TOKEN !== undefined && (scope === "runs" || scope === "upload"))
    return new HttpError(
      401,
      "a token is needed here: Authorization: Bearer and the hub's RUN_TOKEN",
    );
  const reason =
    "nobody can sign in to this hub, so only its owner can change anything, on its own machine";
  const otherwise = scope === "runs" || scope === "upload";
  return new HttpError(
    403,
    otherwise ? `${reason}; with RUN_TOKEN trainers elsewhere can` : reason,
  );
}

/** Whether what belongs to somebody may be changed by this user. */
export function isOwnOf(user: NonNullable<Viewer>, owner_id: string | null): boolean {
  return user.id === owner_id || user.role === "maintainer";
}

/** Another site's page must not write in its visitor's name; programs send neither of these headers. */
export function checkOrigin(headers: Headers): void {
  const pages = foreignPages(headers);
  if (pages) throw new HttpError(403, `requests from pages of ${pages} are not accepted here`);
}

/** The site whose page sends a request, if it is another than this hub's own. */
export function foreignPages(headers: Headers): string | null {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (origin !== null && hostOf(origin) !== ownHost(headers)) return origin;
  return site === null || site === "same-origin" || site === "none" ? null : "other sites";
}

function ownHost(headers: Headers): string | null {
  const { AUTH_URL } = env();
  return AUTH_URL === undefined ? headers.get("host") : new URL(AUTH_URL).host;
}

/** null, which is no host's, for an origin that is none */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
