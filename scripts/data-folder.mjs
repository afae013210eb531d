import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, Failure, messageOf } from "./failure.mjs";
import { endProcess, isRunning, startedAt } from "./processes.mjs";

/** @typedef {import("./processes.mjs").ProcessRecord} ProcessRecord */

/**
 * processes.json: which `npm start` serves a data folder, and what it has started.
 * @typedef {{ address: string, supervisor: ProcessRecord, children: ProcessRecord[] }} State
 */

/**
 * Claims a data folder for a supervisor, or fails when another live one has it. What a killed
 * one has left running (but for Postgres, which is adopted later) is ended.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string} data
 * @param {string} address where this hub will be
 */
export async function claimDataFolder(supervisor, data, address) {
  const file = join(data, "processes.json");
  const own = { name: "npm start", pid: process.pid, started: startedAt(process.pid) ?? "" };
  prepareFolder(data);
  while (!create(file, { address, supervisor: own, children: [] })) {
    const earlier = read(file);
    if (!earlier) continue; // released this moment
    if (isRunning(earlier.supervisor))
      throw new Failure(
        `The hub is already running at ${earlier.address} (pid ${earlier.supervisor.pid}, data folder ${data}).`,
      );
    const orphans = earlier.children.filter(isRunning);
    await Promise.all(orphans.map(({ pid }) => endProcess(-pid, ["SIGTERM", "SIGKILL"], 3000)));
    setAside(file, earlier);
  }
  supervisor.onChange = (children) => {
    try {
      replace(file, { address, supervisor: own, children });
    } catch {
      // the disk is full; the record that stays names processes by pid and start, so misleads nobody
    }
  };
  supervisor.afterwards(() => rmSync(file, { force: true }));
}

/** @param {string} data */
function prepareFolder(data) {
  try {
    mkdirSync(join(data, "logs"), { recursive: true });
    const probe = join(data, `.probe-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    const reason =
      codeOf(error) === "ENOSPC" ? "there is no space left on its disk" : messageOf(error);
    throw new Failure(`The data folder ${data} cannot be used: ${reason}.`);
  }
}

/**
 * @param {string} file
 * @param {State} state
 * @returns {boolean} false when the file is there already
 */
function create(file, state) {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(state));
  try {
    linkSync(aside, file); // fails when there is one, unlike a rename
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside);
  }
}

/**
 * @param {string} file
 * @param {State} state
 */
function replace(file, state) {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(state));
  renameSync(aside, file);
}

/**
 * Removes the file of a dead process, unless another live one was faster and it is its file now.
 * @param {string} file
 * @param {State} dead
 */
function setAside(file, dead) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (read(aside)?.supervisor.started !== dead.supervisor.started) linkSync(aside, file);
  rmSync(aside);
}

/**
 * @param {string} file
 * @returns {State | null}
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
