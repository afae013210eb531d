import { readFileSync } from "node:fs";
import { Failure } from "./failure.mjs";

/**
 * Installs the dependencies when they are absent, half there, or not those of the lockfile.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 */
export async function install(supervisor) {
  if (isInstalled()) return;
  console.log("Installing dependencies (npm ci)");
  // whatever the environment says: development's packages too, and errors that can be read
  const flags = ["--include=dev", "--include=optional", "--loglevel=notice"];
  const { status, output } = await supervisor.run("npm", ["ci", ...flags]);
  if (status === 0) return;
  if (/ENOSPC/.test(output))
    throw new Failure("npm ci failed: there is no space left on the disk.");
  const log = output.match(/A complete log of this run can be found in:\s*(\S+)/)?.[1];
  const reason = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/.test(output)
    ? "npm ci could not reach its registry; is there a network?"
    : `npm ci failed: ${output.match(/npm (?:error|ERR!) (.+)/)?.[1] ?? `status ${status}`}.`;
  throw new Failure(log ? `${reason} (npm's own log: ${log})` : reason);
}

/** npm writes node_modules/.package-lock.json last, so what it lists is there. */
export function isInstalled() {
  const present = packagesOf("node_modules/.package-lock.json");
  if (!present) return false;
  return Object.entries(packagesOf("package-lock.json") ?? {}).every(([path, wanted]) => {
    const found = present[path];
    if (path === "") return true; // the project itself
    if (!found) return wanted.optional === true; // for another system
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | null}
 */
function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, "utf8")).packages;
  } catch {
    return null;
  }
}
