import { allowWrite } from "@/server/access.ts";
import { invitation } from "@/server/api/account-schemas.ts";
import { invite } from "@/server/changes/people.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { listPeople } from "@/server/queries/people.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) =>
  (await viewerOf(request))?.role === "maintainer" ? { people: await listPeople() } : null,
);

export const POST = jsonRoute(async (request) => {
  await allowWrite(request, { scope: "session", role: "maintainer" });
  return invite(await jsonOf(request, invitation, 2 ** 12));
});
