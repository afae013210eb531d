import "server-only";
import { type Role, roles, type Viewer } from "@/lib/views.ts";
import { HttpError } from "./http.ts";
import { viewerOf } from "./viewer.ts";

/** What a token may be good for; who is signed in may all that the role may. */
export type Scope = "upload" | "runs" | "write";

/** Who changes something here, or the refusal: 401 unknown, 403 not from here or not with that role. */
export async function allowWrite(
  request: { headers: Headers },
  { role = "member" }: { scope: Scope; role?: Role },
): Promise<NonNullable<Viewer>> {
  checkOrigin(request.headers);
  const viewer = await viewerOf(request);
  if (!viewer)
    throw new HttpError(
      403,
      "nobody can sign in to this hub, so only its owner can change anything, on its own machine",
    );
  if (roles.indexOf(viewer.role) < roles.indexOf(role))
    throw new HttpError(403, `a ${viewer.role} may not do that: it takes a ${role}`);
  return viewer;
}

/** Whether what belongs to somebody may be changed by this user. */
export function isOwnOf(user: NonNullable<Viewer>, owner_id: string | null): boolean {
  return user.id === owner_id || user.role === "maintainer";
}

/** Another site's page must not write in its visitor's name; programs send no Origin. */
export function checkOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  if (origin === null) return;
  const hosts = [headers.get("host"), headers.get("x-forwarded-host")];
  if (!URL.canParse(origin) || !hosts.includes(new URL(origin).host))
    throw new HttpError(403, `requests from pages of ${origin} are not accepted here`);
}
