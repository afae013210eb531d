import { toy } from "trainer/bundle";
import { jsonOf, jsonRoute } from "@/server/http.ts";
import { listToys, takeToy } from "@/server/queries/toys.ts";
import { allowReport } from "@/server/runs/access.ts";

export const GET = jsonRoute(async () => ({ toys: await listToys() }));

export const POST = jsonRoute(async (request) => {
  allowReport(request);
  return takeToy(await jsonOf(request, toy, 2 ** 24));
});
