import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.mjs";
import { hashFiles } from "./hash.mjs";

const CLIENT = "prisma/client";
const STAMP = `${CLIENT}/.made-from`;

/**
 * Prisma's command line, which would first download a native schema engine; a stand-in for it
 * comes with the repository. PRISMA_NATIVE_ENGINE=1 lets Prisma have its way.
 * @param {string[]} args
 * @param {import("node:child_process").StdioOptions} [stdio]
 */
export function prisma(args, stdio = "inherit") {
  const standIn = fileURLToPath(import.meta.resolve("./schema-engine.mjs"));
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_NATIVE_ENGINE ? undefined : standIn,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    ...process.env,
  };
  const cli = fileURLToPath(import.meta.resolve("../node_modules/prisma/build/index.js"));
  return spawnSync(process.execPath, [cli, ...args], { stdio, env, encoding: "utf8" });
}

/** Generates the database client when the schema or Prisma itself has changed since it was made. */
export function generateClient() {
  const source = hashFiles(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === source) return;
  rmSync(STAMP, { force: true });
  const { status, stdout, stderr } = prisma(["generate"], "pipe");
  if (status !== 0) throw new Failure(`prisma generate failed: ${stderr || stdout}`);
  writeFileSync(STAMP, source);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = prisma(process.argv.slice(2)).status ?? 1;
