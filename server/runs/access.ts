import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { type Env, env } from "../env.ts";
import { HttpError } from "../http.ts";

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Whether a trainer may write here. With RUN_TOKEN it must send it; without, the hub must listen on
 * this machine alone, and another site's page must not write in its visitor's name.
 */
export function allowReport(
  request: Request,
  { RUN_TOKEN, HOST }: Pick<Env, "RUN_TOKEN" | "HOST"> = env(),
): void {
  if (RUN_TOKEN !== undefined) checkToken(request, RUN_TOKEN);
  else checkPlace(request, HOST);
}

function checkPlace({ headers }: Request, host: string): void {
  if (!loopback.test(host))
    throw new HttpError(
      403,
      "this hub can be reached from other machines and has no RUN_TOKEN, so it takes no reports; set one and send it",
    );
  const origin = headers.get("origin");
  if (origin !== null && !isOwn(origin, [headers.get("host"), headers.get("x-forwarded-host")]))
    throw new HttpError(403, `reports from ${origin} are not accepted here`);
}

function checkToken(request: Request, token: string): void {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given === undefined)
    throw new HttpError(
      401,
      "a token is needed here: Authorization: Bearer and the hub's RUN_TOKEN",
    );
  if (!timingSafeEqual(sha256(given), sha256(token)))
    throw new HttpError(401, "the token is not the hub's RUN_TOKEN");
}

function isOwn(origin: string, hosts: (string | null)[]): boolean {
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}

/** of equal length, whatever the token's, as the comparison wants it */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
