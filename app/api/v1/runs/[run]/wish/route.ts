import { allowWrite } from "@/server/access.ts";
import { runWish } from "@/server/api/schemas.ts";
import { jsonOf, jsonRoute, type Params } from "@/server/http.ts";
import { wishOf } from "@/server/runs/wishes.ts";

export const POST = jsonRoute(async (request, { params }: Params<{ run: string }>) => {
  await allowWrite(request, { scope: "runs", role: "maintainer" });
  return wishOf((await params).run, (await jsonOf(request, runWish, 2 ** 10)).wish);
});
