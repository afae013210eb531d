import "server-only";
import type { SignInWays } from "@/lib/views.ts";
import { env } from "../env.ts";
import { passwordLength } from "./auth.ts";

/** How people sign in to this hub; null where nobody has to. */
export function signInWays(): SignInWays | null {
  const { AUTH_SECRET, AUTH_GITHUB_ID, AUTH_SIGN_UP, SMTP_URL } = env();
  if (AUTH_SECRET === undefined) return null;
  return {
    github: AUTH_GITHUB_ID !== undefined,
    sign_up: AUTH_SIGN_UP,
    mails: SMTP_URL !== undefined,
    password: passwordLength,
  };
}
