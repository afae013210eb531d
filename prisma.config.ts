import { defineConfig } from "prisma/config";

// Only the commands that reach a database need the address; `generate` does not.
const nowhere = "postgresql://postgres@127.0.0.1:1/none";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? nowhere },
});
