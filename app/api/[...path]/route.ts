import { jsonRoute } from "@/server/http.ts";

// Every address under /api that no other route answers.
const nothing = jsonRoute(async () => null);

export {
  nothing as DELETE,
  nothing as GET,
  nothing as HEAD,
  nothing as PATCH,
  nothing as POST,
  nothing as PUT,
};
