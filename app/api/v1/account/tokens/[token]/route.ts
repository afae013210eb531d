import { allowWrite } from "@/server/access.ts";
import { revokeToken } from "@/server/changes/tokens.ts";
import { jsonRoute, type Params } from "@/server/http.ts";

export const DELETE = jsonRoute(async (request, { params }: Params<{ token: string }>) => {
  const user = await allowWrite(request, { scope: "session", role: "reader" });
  return revokeToken(user, (await params).token);
});
