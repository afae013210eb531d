import { checkOrigin } from "@/server/access.ts";
import { tryBody } from "@/server/api/live-schemas.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { takeTextTurn } from "@/server/inference/turn.ts";
import { tryText } from "@/server/queries/try-text.ts";
import { viewerOf } from "@/server/viewer.ts";

/** 20,000 characters take less */
const limit = 128 * 1024;

export const POST = jsonRoute(async (request) => {
  const body = await jsonOf(request, tryBody, limit);
  checkOrigin(request.headers);
  await takeTextTurn(request.headers);
  return tryText(await viewerOf(request), body, request.signal);
});
