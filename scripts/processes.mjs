import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** @typedef {{ name: string, pid: number, started: string }} ProcessRecord */

/**
 * When a process started, in the system's own unit; null when it is gone (or a zombie).
 * Pids are used again; a pid with its start is one process for good.
 * @param {number} pid
 * @returns {string | null}
 */
export function startedAt(pid) {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from field 3, the state
      return fields[0] === "Z" ? null : (fields[19] ?? null); // field 22, the start
    } catch {
      return null;
    }
  }
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() || null;
}

/**
 * @param {ProcessRecord} record
 * @returns {boolean}
 */
export function isRunning({ pid, started }) {
  return startedAt(pid) === started;
}

/**
 * The command line of a process, or "" when it is gone.
 * @param {number} pid
 * @returns {string}
 */
export function commandOf(pid) {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  }
  return spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
}

/**
 * Sends a process (a group when `target` is negative) one signal after another, until it is gone.
 * @param {number} target
 * @param {NodeJS.Signals[]} signals
 * @param {number} patience milliseconds between them
 */
export async function endProcess(target, signals, patience) {
  const pid = Math.abs(target);
  const started = startedAt(pid);
  if (started === null) return;
  for (const signal of signals) {
    send(target, signal);
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (startedAt(pid) !== started) return;
      await sleep(30);
    }
  }
}

/**
 * @param {number} target
 * @param {NodeJS.Signals} signal
 */
function send(target, signal) {
  try {
    process.kill(target, signal);
  } catch {
    // it went by itself
  }
}
