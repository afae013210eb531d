import { allowWrite } from "@/server/access.ts";
import { linkFor } from "@/server/changes/people.ts";
import { jsonRoute, type Params } from "@/server/http.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ person: string }>) => {
  await allowWrite(request, { scope: "session", role: "maintainer" });
  return linkFor((await params).person);
});
