import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "@/prisma/client/client";
import { env } from "./env.ts";

/*
 * One pool and one client per process. Next.js compiles app/ and pages/ into bundles of their own,
 * each with its copy of this module: what they share lies on globalThis.
 */
const shared = globalThis as typeof globalThis & { hubDb?: PrismaClient; hubPool?: pg.Pool };

export function db(): PrismaClient {
  shared.hubDb ??= new PrismaClient({ adapter: new PrismaPg(pool()) });
  return shared.hubDb;
}

export function pool(): pg.Pool {
  if (!shared.hubPool) {
    shared.hubPool = new pg.Pool({ connectionString: env().DATABASE_URL, max: 10 });
    // An idle connection that breaks is replaced; without a listener it would end the process.
    shared.hubPool.on("error", (error) =>
      console.error("an idle connection broke:", error.message),
    );
  }
  return shared.hubPool;
}

/** The rows of a query, straight from the driver: Prisma's way round takes longer than most of them. */
export async function rowsOf<Row extends object>({ text, values }: Prisma.Sql): Promise<Row[]> {
  return (await pool().query<Row>({ text, values })).rows;
}

export async function closeDb(): Promise<void> {
  await shared.hubDb?.$disconnect();
  await shared.hubPool?.end();
  shared.hubDb = undefined;
  shared.hubPool = undefined;
}
