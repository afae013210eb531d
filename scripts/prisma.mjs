import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs Prisma's command line, which would first download a native schema engine; a stand-in for it
 * comes with the repository. PRISMA_NATIVE_ENGINE=1 lets Prisma have its way.
 * @param {string[]} args
 * @param {{ stdio?: "inherit" | "pipe", url?: string }} [options] the database's URL, else DATABASE_URL
 */
export function prisma(args, { stdio = "inherit", url = process.env.DATABASE_URL } = {}) {
  const standIn = fileURLToPath(import.meta.resolve("./schema-engine.mjs"));
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_NATIVE_ENGINE ? undefined : standIn,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    ...process.env,
    DATABASE_URL: url,
  };
  const cli = fileURLToPath(import.meta.resolve("../node_modules/prisma/build/index.js"));
  return spawnSync(process.execPath, [cli, ...args], { stdio, env, encoding: "utf8" });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = prisma(process.argv.slice(2)).status ?? 1;
