import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { next } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { hashFiles } from "./hash.mjs";
import { prisma } from "./prisma.mjs";
import { Supervisor } from "./supervisor.mjs";

const CLIENT = "prisma/client";
const STAMP = `${CLIENT}/.made-from`;

/** Generates the database client when the schema or Prisma itself has changed since it was made. */
export function generateClient() {
  const source = hashFiles(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === source) return;
  rmSync(STAMP, { force: true });
  const { status, stdout, stderr } = prisma(["generate"], { stdio: "pipe" });
  if (status !== 0) throw new Failure(`prisma generate failed: ${stderr || stdout}`);
  writeFileSync(STAMP, source);
}

/**
 * Writes the types of the routes, which `tsc` needs and a build would write as well.
 * @param {Supervisor} supervisor
 * @param {string} distDir
 */
export async function generateRouteTypes(supervisor, distDir) {
  const { status, output } = await supervisor.run(process.execPath, [next, "typegen"], {
    env: { NEXT_DIST_DIR: distDir },
  });
  if (status !== 0) throw new Failure(`next typegen failed:\n${output}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  generateClient();
  await generateRouteTypes(new Supervisor(), ".next");
}
