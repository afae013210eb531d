import "server-only";
import { z } from "zod";
import { type Account, type Person, roles, scopes, type TokenSummary } from "@/lib/views.ts";

/* What the API takes and answers of accounts; see schemas.ts. */

const name = z.string().trim().min(1, "expected a name").max(80);
const email = z
  .email("expected an e-mail address")
  .max(200)
  .transform((address) => address.toLowerCase());
const time = z.iso.datetime();

export const accountView = z.object({
  name: z.string(),
  email: z.string(),
  email_verified: z.boolean(),
  role: z.enum(roles),
  has_password: z.boolean(),
}) satisfies z.ZodType<Account>;
export const accountChange = z.strictObject({ name });
export const named = z.object({ name: z.string() });

export const tokenRequest = z.strictObject({
  name: name.describe("what it is for"),
  scopes: z
    .array(z.enum(scopes))
    .min(1, "expected at least one scope")
    .describe("upload: send bundles; runs: report runs, sweeps and toys; write: all else"),
  days: z.int().min(1).max(3650).nullable().default(null).describe("until it expires"),
});
export const madeToken = z.object({ id: z.uuid(), token: z.string().describe("shown here alone") });
export const tokenList = z.object({
  tokens: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      scopes: z.array(z.enum(scopes)),
      created_at: time,
      expires_at: time.nullable(),
      last_used_at: time.nullable(),
      expired: z.boolean(),
    }),
  ),
}) satisfies z.ZodType<{ tokens: TokenSummary[] }>;

export const personList = z.object({
  people: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      email_verified: z.boolean(),
      role: z.enum(roles),
      disabled: z.boolean(),
      signs_in_by: z.array(z.string()),
      dictionaries: z.int(),
      tokens: z.int(),
      created_at: time,
      signed_in_at: time.nullable(),
    }),
  ),
}) satisfies z.ZodType<{ people: Person[] }>;
export const invitation = z.strictObject({ email, name, role: z.enum(roles).default("member") });
export const personChange = z.strictObject({
  role: z.enum(roles).optional(),
  disabled: z
    .union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")])
    .optional()
    .describe("whether the account is shut"),
});
export const changedPerson = z.object({ id: z.string() });
export const passwordLink = z.object({
  id: z.string(),
  link: z.string().describe("by which a password is chosen, once and within a day"),
});
