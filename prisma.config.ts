import { defineConfig } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // `generate` and `validate` never connect, but a URL has to be there
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://127.0.0.1/none" },
});
