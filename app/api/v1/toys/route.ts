import { toy } from "trainer/bundle";
import { allowWrite } from "@/server/access.ts";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { listToys, takeToy } from "@/server/queries/toys.ts";

export const GET = jsonRoute(async () => ({ toys: await listToys() }));

export const POST = jsonRoute(async (request) => {
  await allowWrite(request, { scope: "runs" });
  return takeToy(await jsonOf(request, toy, 2 ** 24));
});
