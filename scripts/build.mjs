import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { hashFiles } from "./hash.mjs";

export const next = "node_modules/next/dist/bin/next";

const sources = [
  "app",
  "components",
  "instrumentation.ts",
  "lib",
  "next.config.ts",
  "package-lock.json",
  "pages",
  "postcss.config.mjs",
  "prisma/schema.prisma",
  "public",
  "server",
  "trainer/src",
  "tsconfig.base.json",
  "tsconfig.json",
];

/**
 * Builds the hub's pages when their sources have changed since the last build.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string} distDir
 */
export async function build(supervisor, distDir) {
  const stamp = `${distDir}/.built-from`;
  const source = hashFiles(sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === source) return;
  console.log("Building the pages (next build)");
  rmSync(stamp, { force: true });
  const { status, output } = await supervisor.run(process.execPath, [next, "build"], {
    env: { NEXT_DIST_DIR: distDir, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
  });
  if (status !== 0) throw new Failure(`next build failed:\n${output}`);
  writeFileSync(stamp, source);
}
