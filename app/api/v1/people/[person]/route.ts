import { allowWrite } from "@/server/access.ts";
import { personChange } from "@/server/api/account-schemas.ts";
import { changePerson, removePerson } from "@/server/changes/people.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";

type Named = Params<{ person: string }>;

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "session", role: "maintainer" });
  return changePerson(user, (await params).person, await jsonOf(request, personChange, 2 ** 12));
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const user = await allowWrite(request, { scope: "session", role: "maintainer" });
  return removePerson(user, (await params).person);
});
