import type { Role } from "../lib/views.ts";
import { db } from "../server/db.ts";

/** A user as a viewer; in the database as well. */
export async function person(id: string, role: Role = "member") {
  await db().user.create({ data: { id, name: id, email: `${id}@hub`, role } });
  return { id, name: id, role };
}

type Handler<Names> = (request: Request, context: { params: Promise<Names> }) => Promise<Response>;

const host = "127.0.0.1:3000";

/** Calls a route as the local owner does, or with other headers as somebody else. */
export async function ask<Names>(
  handler: Handler<Names>,
  names: Names,
  body?: unknown,
  { headers = { host }, query = "" }: { headers?: Record<string, string>; query?: string } = {},
) {
  const request = new Request(`http://hub/${query}`, {
    headers,
    ...(body !== undefined && {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  });
  const response = await handler(request, { params: Promise.resolve(names) });
  return { status: response.status, body: await response.json(), headers: response.headers };
}
