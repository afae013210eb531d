import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { endProcess, startedAt } from "./processes.mjs";

/** @typedef {import("./processes.mjs").ProcessRecord} ProcessRecord */

/**
 * @typedef {object} RunOptions
 * @property {Record<string, string | undefined>} [env] added to this process' environment
 * @property {string} [cwd]
 * @property {boolean} [show] let it write to the terminal itself; else its output is collected
 * @property {number} [seconds] after so many it is ended, and all that it started; its status is null then
 */

/** The error of whatever was under way when everything was told to stop. */
class Stopped extends Error {
  name = "Stopped";
}

/** Starts processes, each in a group of its own, and ends all that still run. */
export class Supervisor {
  stopping = false;
  /**
   * Told of every start and end.
   * @type {(running: ProcessRecord[]) => void}
   */
  onChange = () => {};
  /** @type {Map<number, ProcessRecord>} */
  #running = new Map();
  /** @type {(() => unknown)[]} */
  #cleanups = [];

  /**
   * What has to happen once all processes have ended; what was added last happens first.
   * @param {() => unknown} cleanup
   */
  afterwards(cleanup) {
    this.#cleanups.unshift(cleanup);
  }

  /**
   * Runs a command to its end.
   * @param {string} command
   * @param {string[]} args
   * @param {RunOptions} [options]
   * @returns {Promise<{ status: number | null, output: string }>}
   */
  async run(command, args, { env, cwd, show = false, seconds } = {}) {
    const stdio = show ? "inherit" : "pipe";
    const child = this.#spawn(command, args, env, ["ignore", stdio, stdio], cwd);
    const limit = seconds && setTimeout(() => endGroup(child.pid), 1000 * seconds);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    const status = await ended(child).finally(() => clearTimeout(limit));
    if (this.stopping) throw new Stopped();
    return { status, output };
  }

  /**
   * Starts a process that is to stay; its output goes to a file.
   * @param {string} command
   * @param {string[]} args
   * @param {{ env?: Record<string, string | undefined>, log: string }} options
   */
  keep(command, args, { env, log }) {
    const output = openSync(log, "a");
    const child = this.#spawn(command, args, env, ["ignore", output, output]);
    closeSync(output);
    return { exit: ended(child) };
  }

  /** Ends everything, all at once: first kindly, then not. */
  async stop() {
    this.stopping = true;
    const pids = [...this.#running.keys()];
    await Promise.all(pids.map((pid) => endProcess(-pid, ["SIGTERM", "SIGKILL"], 4000)));
    for (const cleanup of this.#cleanups) await cleanup();
  }

  /**
   * Ctrl-C and its like stop everything and end this process.
   * @param {string} farewell
   * @param {number} status with which it ends
   */
  stopOnSignals(farewell, status) {
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
      process.on(signal, async () => {
        if (this.stopping) return; // npm passes on what the terminal has sent already
        console.log("\nStopping");
        await this.stop();
        console.log(farewell);
        process.exit(status);
      });
  }

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {Record<string, string | undefined> | undefined} env
   * @param {import("node:child_process").StdioOptions} stdio
   * @param {string} [cwd]
   */
  #spawn(command, args, env, stdio, cwd) {
    if (this.stopping) throw new Stopped();
    const child = spawn(command, args, {
      stdio,
      cwd,
      detached: true, // Ctrl-C in the terminal reaches this process alone, which then ends the others
      env: { ...process.env, ...env },
    });
    const { pid } = child;
    if (pid !== undefined) {
      this.#running.set(pid, {
        name: [command, ...args].join(" "),
        pid,
        started: startedAt(pid) ?? "",
      });
      this.onChange([...this.#running.values()]);
      child.once("exit", () => {
        this.#running.delete(pid);
        this.onChange([...this.#running.values()]);
      });
    }
    return child;
  }
}

/** @param {number | undefined} leader */
function endGroup(leader) {
  try {
    if (leader !== undefined) process.kill(-leader, "SIGKILL");
  } catch {
    // it went by itself
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number | null>} its status once it has ended and its output is read
 */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
