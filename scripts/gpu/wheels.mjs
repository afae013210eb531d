import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.mjs";

/** @typedef {import("../supervisor.mjs").Supervisor} Supervisor */

export const gpu = "trainer/gpu";

/** Wheels are unpacked, not run: which Python they are for does not matter, and needs not be this machine's. */
const platform = [
  "--only-binary=:all:",
  "--implementation",
  "cp",
  "--python-version",
  "3.12",
].concat(
  ["_2_28", "_2_27", "_2_17", "2014"].flatMap((glibc) => [
    "--platform",
    `manylinux${glibc}_x86_64`,
  ]),
);
const SECONDS = 3600;

/**
 * Fetches what trainer/gpu/<list>.txt names into trainer/gpu/<to>, whole or not at all; nothing when it is there.
 * @param {Supervisor} supervisor
 * @param {string} list
 * @param {string} to
 */
export async function fetchListed(supervisor, list, to) {
  const path = join(gpu, `${list}.txt`);
  const wanted = readFileSync(path, "utf8");
  const folder = join(gpu, to);
  const stamp = join(folder, "fetched.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await fetchWheels(supervisor, ["-r", path], partial);
  writeFileSync(join(partial, "fetched.txt"), wanted);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/**
 * @param {Supervisor} supervisor
 * @param {string[]} packages
 * @param {string} folder
 */
export async function fetchWheels(supervisor, packages, folder) {
  const install = [
    "-m",
    "pip",
    "install",
    "--no-deps",
    "--no-compile",
    "--disable-pip-version-check",
  ];
  const words = ["python3", ...install, ...platform, "--target", folder, ...packages];
  await command(supervisor, "Fetching wheels with pip", words, { seconds: SECONDS });
}
