import "server-only";
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Viewer } from "@/lib/views.ts";
import { makeLink } from "../accounts/links.ts";
import type { invitation, personChange } from "../api/account-schemas.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";

type User = NonNullable<Viewer>;

/** Makes an account for somebody whose address the maintainer vouches for, and the link to choose the password. */
export async function invite({ email, name, role }: z.infer<typeof invitation>) {
  const known = await db().user.findUnique({ where: { email }, select: { id: true } });
  if (known) throw new HttpError(409, `${email} has an account; make a new link for it instead`);
  const { id } = await db().user.create({
    data: { id: randomUUID(), email, name, role, email_verified: true },
  });
  return { id, link: await makeLink(id) };
}

/** A link by which somebody chooses a new password; null if there is no such account. */
export async function linkFor(id: string): Promise<{ id: string; link: string } | null> {
  if (!(await exists(id))) return null;
  return { id, link: await makeLink(id) };
}

/** Changes somebody's role, or shuts their account or opens it again; null if there is none. */
export async function changePerson(
  by: User,
  id: string,
  { role, disabled }: z.infer<typeof personChange>,
): Promise<{ id: string } | null> {
  if (!(await exists(id))) return null;
  checkOther(by, id);
  const disabled_at = disabled === undefined ? undefined : disabled ? new Date() : null;
  await db().user.update({
    where: { id },
    data: {
      ...(role && { role }),
      ...(disabled_at !== undefined && { disabled_at }),
      ...(disabled_at && { sessions: { deleteMany: {} } }),
    },
  });
  return { id };
}

/** Removes an account with its tokens. Dictionaries stay, without an owner; null if there is none. */
export async function removePerson(by: User, id: string): Promise<{ id: string } | null> {
  if (!(await exists(id))) return null;
  checkOther(by, id);
  await db().user.delete({ where: { id } });
  return { id };
}

/** The local owner is nobody's account. */
async function exists(id: string): Promise<boolean> {
  return id !== "local" && (await db().user.count({ where: { id } })) === 1;
}

/** So that there is always one maintainer who can mend what another did. */
function checkOther(by: User, id: string): void {
  if (by.id === id)
    throw new HttpError(409, "your own account is another maintainer's to change or remove");
}
