import "server-only";
import { randomBytes } from "node:crypto";
import { resetPath } from "@/lib/routes.ts";
import { env } from "../env.ts";
import { auth } from "./auth.ts";

const DAY_MS = 24 * 3600 * 1000;

/** A link by which somebody chooses a password, once and within a day. Whoever has it has the account. */
export async function makeLink(user_id: string): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  const { internalAdapter } = await auth().$context;
  await internalAdapter.createVerificationValue({
    identifier: `reset-password:${token}`,
    value: user_id,
    expiresAt: new Date(Date.now() + DAY_MS),
  });
  return `${env().AUTH_URL}${resetPath(token)}`;
}
