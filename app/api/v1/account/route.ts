import { allowWrite } from "@/server/access.ts";
import { accountChange } from "@/server/api/account-schemas.ts";
import { changeAccount } from "@/server/changes/account.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { getAccount } from "@/server/queries/people.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => {
  const viewer = await viewerOf(request);
  return viewer && getAccount(viewer);
});

export const PATCH = jsonRoute(async (request) => {
  const user = await allowWrite(request, { scope: "session", role: "reader" });
  return changeAccount(user, await jsonOf(request, accountChange, 2 ** 12));
});
