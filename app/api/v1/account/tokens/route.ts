import { allowWrite } from "@/server/access.ts";
import { tokenRequest } from "@/server/api/account-schemas.ts";
import { createToken } from "@/server/changes/tokens.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { listTokens } from "@/server/queries/people.ts";
import { viewerOf } from "@/server/viewer.ts";

export const GET = jsonRoute(async (request) => {
  const viewer = await viewerOf(request);
  return { tokens: viewer ? await listTokens(viewer) : [] };
});

export const POST = jsonRoute(async (request) => {
  const user = await allowWrite(request, { scope: "session", role: "reader" });
  return createToken(user, await jsonOf(request, tokenRequest, 2 ** 12));
});
