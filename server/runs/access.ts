import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { checkOrigin } from "../access.ts";
import { type Env, env } from "../env.ts";
import { HttpError } from "../http.ts";
import { loopback } from "../viewer.ts";

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
  checkOrigin(headers);
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

/** of equal length, whatever the token's, as the comparison wants it */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
