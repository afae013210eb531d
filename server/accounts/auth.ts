import "server-only";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { type BetterAuthOptions, betterAuth } from "better-auth/minimal";
import { loginPath, resetPath } from "@/lib/routes.ts";
import type { Role, Viewer } from "@/lib/views.ts";
import { addressHeader } from "../clients.ts";
import { db } from "../db.ts";
import { type Env, env } from "../env.ts";
import { HttpError } from "../http.ts";
import { mailer } from "./mail.ts";

const DAY = 24 * 3600;
export const passwordLength = { least: 10, most: 128 };

type User = { email: string; emailVerified: boolean };
type Auth = ReturnType<typeof betterAuth>;
const shared = globalThis as typeof globalThis & { hubAuth?: { auth: Auth; of: string } };

/** The library that keeps passwords, sessions and sign-in by GitHub; only where AUTH_SECRET is set. */
export function auth(): Auth {
  const settings = env();
  const of = JSON.stringify(settings);
  if (shared.hubAuth?.of !== of) shared.hubAuth = { auth: betterAuth(optionsOf(settings)), of };
  return shared.hubAuth.auth;
}

/** Whose session a request's cookie names; null when it has ended, or the account is shut. */
export async function sessionUser(headers: Headers): Promise<Viewer> {
  if (!headers.has("cookie")) return null;
  const found = await auth().api.getSession({ headers });
  if (!found) return null;
  const { id, name, role, disabled_at } = found.user as typeof found.user & {
    role: Role;
    disabled_at: Date | null;
  };
  return disabled_at ? null : { id, name, role };
}

function optionsOf(settings: Env): BetterAuthOptions {
  const { AUTH_SECRET, AUTH_URL, AUTH_SIGN_UP, AUTH_GITHUB_ID, AUTH_GITHUB_SECRET } = settings;
  if (AUTH_SECRET === undefined || AUTH_URL === undefined)
    throw new HttpError(404, "nobody has to sign in to this hub: its owner is on its own machine");
  const mail = mailer(settings);
  const disableSignUp = AUTH_SIGN_UP === "closed";
  return {
    appName: "Dictionary Hub",
    secret: AUTH_SECRET,
    baseURL: AUTH_URL,
    basePath: "/api/auth",
    database: prismaAdapter(db(), { provider: "postgresql", transaction: true }),
    ...tables,
    session: {
      fields: tables.session.fields,
      expiresIn: 30 * DAY,
      disableSessionRefresh: true, // pages cannot set cookies
    },
    verification: { fields: tables.verification.fields, storeIdentifier: "hashed" },
    emailAndPassword: {
      enabled: true,
      disableSignUp,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
      requireEmailVerification: mail !== null,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: DAY,
      onPasswordReset: ({ user }) => proveAddress(user.id),
      ...(mail && {
        sendResetPassword: ({ user, token }) => mail.reset(user, `${AUTH_URL}${resetPath(token)}`),
        onExistingUserSignUp: ({ user }) => mail.known(user, `${AUTH_URL}${loginPath()}`),
      }),
    },
    ...(mail && {
      emailVerification: {
        sendVerificationEmail: ({ user, url }) => mail.verify(user, withReturn(url)),
        sendOnSignUp: true,
        sendOnSignIn: true,
        expiresIn: DAY,
      },
    }),
    ...(AUTH_GITHUB_ID &&
      AUTH_GITHUB_SECRET && {
        socialProviders: {
          github: { clientId: AUTH_GITHUB_ID, clientSecret: AUTH_GITHUB_SECRET, disableSignUp },
        },
      }),
    account: { fields: tables.account.fields, encryptOAuthTokens: true },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, role: firstRole(user, settings) } }),
        },
      },
      session: {
        create: {
          before: ({ userId }) => isOpen(userId),
          after: ({ userId }) => promote(userId, settings), // the address may have been proven since
        },
      },
    },
    rateLimit: { enabled: false }, // server/accounts/route.ts counts
    onAPIError: { errorURL: `${AUTH_URL}${loginPath()}` },
    advanced: {
      cookiePrefix: "hub",
      useSecureCookies: AUTH_URL.startsWith("https:"),
      ipAddress: { ipAddressHeaders: [addressHeader] },
      disableCSRFCheck: false, // which it else disables in tests
      disableOriginCheck: false,
    },
    telemetry: { enabled: false },
    logger: { level: "error" },
  };
}

const times = { createdAt: "created_at", updatedAt: "updated_at" };
const tables = {
  user: {
    fields: { emailVerified: "email_verified", ...times },
    additionalFields: {
      role: { type: "string", input: false, required: false },
      disabled_at: { type: "date", input: false, required: false },
    },
  },
  session: {
    fields: {
      userId: "user_id",
      ipAddress: "ip_address",
      userAgent: "user_agent",
      expiresAt: "expires_at",
      ...times,
    },
  },
  account: {
    fields: {
      userId: "user_id",
      accountId: "account_id",
      providerId: "provider_id",
      accessToken: "access_token",
      refreshToken: "refresh_token",
      idToken: "id_token",
      accessTokenExpiresAt: "access_token_expires_at",
      refreshTokenExpiresAt: "refresh_token_expires_at",
      ...times,
    },
  },
  verification: { fields: { expiresAt: "expires_at", ...times } },
} as const satisfies Pick<BetterAuthOptions, "user" | "session" | "account" | "verification">;

/** A letter's link leads to where one signs in, whatever it was asked for from. */
function withReturn(link: string): string {
  const url = new URL(link);
  url.searchParams.set("callbackURL", loginPath({ after: "verified" }));
  return url.href;
}

function firstRole({ email, emailVerified }: User, settings: Env): Role {
  if (isMaintainer(email, emailVerified, settings)) return "maintainer";
  return settings.AUTH_SIGN_UP === "open" ? "member" : "reader";
}

/** AUTH_MAINTAINERS are made maintainers, but an address that nobody has proven is anybody's. */
function isMaintainer(email: string, isProven: boolean, { AUTH_MAINTAINERS }: Env): boolean {
  return isProven && AUTH_MAINTAINERS.includes(email.toLowerCase());
}

/** A shut account stays shut. One that is being made in this transaction is not to be seen yet. */
async function isOpen(id: string): Promise<boolean> {
  const user = await db().user.findUnique({ where: { id }, select: { disabled_at: true } });
  return !user?.disabled_at;
}

async function promote(id: string, settings: Env): Promise<void> {
  const user = await db().user.findUnique({ where: { id } });
  if (user && isMaintainer(user.email, user.email_verified, settings))
    await db().user.update({ where: { id }, data: { role: "maintainer" } });
}

/**
 * Who has come by a link that was sent to their address, or given to them, is its owner. Whoever had the
 * account before may not have been: what they made to get in again goes.
 */
async function proveAddress(id: string): Promise<void> {
  await db().apiToken.deleteMany({ where: { user_id: id } });
  await db().user.update({ where: { id }, data: { email_verified: true } });
}
