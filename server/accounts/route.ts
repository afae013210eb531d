import "server-only";
import { createHash } from "node:crypto";
import { z } from "zod";
import { loginPath } from "@/lib/routes.ts";
import { checkOrigin } from "../access.ts";
import { addressHeader } from "../clients.ts";
import { env } from "../env.ts";
import { HttpError, jsonRoute, textOf } from "../http.ts";
import { type Limit, takeTurn } from "../limits.ts";
import { auth } from "./auth.ts";

/*
 * /api/auth: what of better-auth is open, with limits and with answers of the hub's form. In particular an
 * answer names no session, which is in a cookie that scripts cannot read.
 */

type Rule = {
  method: "GET" | "POST";
  path: RegExp;
  perAddress: Limit;
  perEmail?: Limit;
  /** what is always asked for */
  always?: object;
};

const [MINUTE, HOUR] = [60, 3600];
const rules: Rule[] = [
  {
    method: "POST",
    path: /^sign-in\/email$/,
    perAddress: { most: 20, seconds: MINUTE },
    perEmail: { most: 20, seconds: 15 * MINUTE }, // guesses from many addresses
  },
  { method: "POST", path: /^sign-up\/email$/, perAddress: { most: 20, seconds: HOUR } },
  { method: "POST", path: /^sign-in\/social$/, perAddress: { most: 30, seconds: MINUTE } },
  { method: "POST", path: /^sign-out$/, perAddress: { most: 60, seconds: MINUTE } },
  {
    method: "POST",
    path: /^request-password-reset$/,
    perAddress: { most: 10, seconds: HOUR },
    perEmail: { most: 3, seconds: HOUR },
  },
  { method: "POST", path: /^reset-password$/, perAddress: { most: 20, seconds: HOUR } },
  {
    method: "POST",
    path: /^change-password$/,
    perAddress: { most: 20, seconds: HOUR },
    always: { revokeOtherSessions: true },
  },
  { method: "GET", path: /^verify-email$/, perAddress: { most: 30, seconds: MINUTE } },
  { method: "GET", path: /^callback\/github$/, perAddress: { most: 30, seconds: MINUTE } },
];

export const authRoute = jsonRoute(async (request) => {
  const asked = new URL(request.url).pathname.replace(/^\/api\/auth\//, "");
  const rule = rules.find(({ method, path }) => method === request.method && path.test(asked));
  if (!rule || env().AUTH_SECRET === undefined) return null;
  await takeTurn(`${asked} from ${request.headers.get(addressHeader)}`, rule.perAddress);
  if (rule.method === "GET") return handle(request);
  checkOrigin(request.headers);
  const given = z.record(z.string(), z.unknown()).parse(toJson(await textOf(request, 2 ** 14)));
  if (rule.perEmail) await takeTurn(`${asked} for ${emailOf(given)}`, rule.perEmail);
  const { method, headers } = request;
  const body = JSON.stringify({ ...given, ...rule.always });
  return toAnswer(asked, await handle(new Request(request.url, { method, headers, body })));
});

/** The library compares addresses with AUTH_URL; what a proxy calls this machine does not matter. */
function handle(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return auth().handler(new Request(`${env().AUTH_URL}${pathname}${search}`, request));
}

const answered = z.object({
  message: z.string().optional(),
  url: z.string().optional(),
  token: z.string().nullish(),
});

async function toAnswer(asked: string, response: Response): Promise<Response> {
  const said = await response.json().catch(() => null); // nothing, when it failed
  const { message, url, token } = answered.safeParse(said).data ?? {};
  if (!response.ok) throw new HttpError(response.status, message ?? "that did not work");
  const awaitsMail = asked === "sign-up/email" && !token;
  const body = { address: awaitsMail ? loginPath({ after: "signup" }) : (url ?? null) };
  const headers = new Headers({ "Cache-Control": "no-store" });
  for (const cookie of response.headers.getSetCookie()) headers.append("Set-Cookie", cookie);
  return Response.json(body, { headers });
}

/** Addresses are not kept where they are counted. */
function emailOf({ email }: Record<string, unknown>): string {
  return createHash("sha256").update(String(email).toLowerCase()).digest("hex");
}

function toJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpError(400, "the body is not JSON");
  }
}
