import { authRoute } from "@/server/accounts/route.ts";

export { authRoute as GET, authRoute as POST };
