import "server-only";
import { closeDb, db } from "../db.ts";
import { env } from "../env.ts";
import { makeLink } from "./links.ts";

/*
 * npm run account -- ADDRESS…: makes the accounts that there are not, and prints for each a link by which its
 * password is chosen, once and within a day. Without an address: for those of AUTH_MAINTAINERS who have no way
 * to sign in yet. Who can run this owns the machine.
 */

const { AUTH_SECRET, AUTH_MAINTAINERS } = env();
const given = process.argv.slice(2).map((address) => address.toLowerCase());
if (AUTH_SECRET === undefined) {
  console.error("AUTH_SECRET is not set, so nobody signs in to this hub.");
  process.exitCode = 2;
} else for (const email of given.length > 0 ? given : await missing()) await printLink(email);
await closeDb();

async function missing(): Promise<string[]> {
  const known = await db().account.findMany({ select: { user: { select: { email: true } } } });
  const emails = new Set(known.map(({ user }) => user.email));
  return AUTH_MAINTAINERS.filter((email) => !emails.has(email));
}

async function printLink(email: string): Promise<void> {
  const role = AUTH_MAINTAINERS.includes(email) ? "maintainer" : "member";
  const name = email.split("@")[0] ?? email;
  const { id } = await db().user.upsert({
    where: { email },
    create: { id: crypto.randomUUID(), name, email, role, email_verified: true },
    update: {},
  });
  console.log(`${email} chooses a password, once and within a day: ${await makeLink(id)}`);
}
