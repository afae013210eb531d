import { readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure.mjs";

const START_TIMEOUT = 60_000;
const WORTH_RESTARTING = 10_000; // what lived shorter would only die again

/** @typedef {{ host: string, port: number, data: string, databaseUrl: string, distDir: string, runs?: string, more?: Record<string, string> }} HubOptions */

/**
 * Starts the web server and the worker and waits until the hub answers.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {HubOptions} options
 * @returns {Promise<{ address: string, ended: Promise<never> }>} `ended` fails when one is lost
 */
export async function startHub(supervisor, options) {
  const { host, port, data, databaseUrl, distDir, runs, more } = options;
  const address = addressOf(host, port);
  const env = {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NEXT_DIST_DIR: distDir,
    DATABASE_URL: databaseUrl,
    DATA_DIR: data,
    HOST: host,
    PORT: String(port),
    ...(runs !== undefined && { RUNS_DIR: runs }),
    ...more,
  };
  /** @param {string} what as the database shows whose a connection is */
  const named = (what) => ({ ...env, PGAPPNAME: `dictionary-hub ${what}` });
  const web = [
    "scripts/web.mjs",
    host,
    String(port),
    String(webProcesses({ ...process.env, ...more })),
  ];
  const worker = ["--conditions=react-server", "--import", "tsx", "server/jobs/worker.ts"];
  const ended = Promise.race([
    keepAlive(supervisor, "web server", web, {
      env: named("web"),
      log: join(data, "logs", "web.log"),
    }),
    keepAlive(supervisor, "worker", worker, {
      env: named("worker"),
      log: join(data, "logs", "worker.log"),
    }),
  ]);
  ended.catch(() => {}); // whoever waits for it hears of it; nobody has to wait
  await Promise.race([answers(address), ended]);
  return { address, ended };
}

/**
 * How many processes draw pages: two, where there are two processors, unless WEB_PROCESSES says otherwise.
 * @param {Record<string, string | undefined>} env
 */
function webProcesses({ WEB_PROCESSES }) {
  if (WEB_PROCESSES === undefined) return Math.min(2, availableParallelism());
  if (/^([1-9]|[1-5]\d|6[0-4])$/.test(WEB_PROCESSES)) return Number(WEB_PROCESSES);
  throw new Failure(`WEB_PROCESSES: found ${WEB_PROCESSES}, expected a whole number from 1 to 64.`);
}

/**
 * @param {string} host
 * @param {number} port
 */
export function addressOf(host, port) {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Starts a process again whenever it ends; fails when it ends at once.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string} name
 * @param {string[]} args
 * @param {{ env: Record<string, string>, log: string }} options
 * @returns {Promise<never>}
 */
async function keepAlive(supervisor, name, args, options) {
  rmSync(options.log, { force: true }); // it tells of this start
  for (;;) {
    const started = Date.now();
    const status = await supervisor.keep(process.execPath, args, options).exit;
    if (supervisor.stopping) return new Promise(() => {});
    if (Date.now() - started < WORTH_RESTARTING) {
      const last = readFileSync(options.log, "utf8").trim().split("\n").slice(-20).join("\n");
      throw new Failure(`The ${name} ended (status ${status}; see ${options.log}):\n${last}`);
    }
    console.error(`The ${name} ended (status ${status}; see ${options.log}); starting it again.`);
  }
}

/** @param {string} address */
async function answers(address) {
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(`${address}/api/v1/dictionaries`).catch(() => null);
    if (response?.ok) return;
  }
  throw new Failure(`The hub does not answer at ${address} after ${START_TIMEOUT / 1000} seconds.`);
}
