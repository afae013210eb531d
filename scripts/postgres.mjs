import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Failure } from "./failure.mjs";
import { freePort } from "./ports.mjs";
import { postgresBinaries } from "./postgres-binaries.mjs";
import { postgresRunner } from "./postgres-user.mjs";
import { commandOf, endProcess, startedAt } from "./processes.mjs";

const START_TIMEOUT = 30_000;

// few connections, and a cache that suits a machine with 2 GiB
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "60",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
};

/**
 * The server must not be steered by the environment of whoever started it.
 * @type {any} Next's types ask every environment for a NODE_ENV
 */
const serverEnv = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };

/**
 * @typedef {object} Postgres
 * @property {string} url
 * @property {number} pid
 * @property {boolean} adopted whether an earlier start has started it
 * @property {Promise<never>} ended fails when the server goes without having been stopped
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the Postgres of a data folder, or adopts it when it has outlived whoever started it.
 * @param {string} data holds postgres/ (the cluster), postgres-password, logs/postgres.log
 * @param {Record<string, string>} [overrides] settings for this start
 * @returns {Promise<Postgres>}
 */
export async function startPostgres(data, overrides = {}) {
  const cluster = join(data, "postgres");
  const log = join(data, "logs", "postgres.log");
  mkdirSync(join(data, "logs"), { recursive: true });
  const binaries = await postgresBinaries();
  const password = prepareCluster(data, cluster, binaries.initdb);

  /** @type {import("node:child_process").ChildProcess | undefined} */
  let server;
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await sleep(40)) {
    const running = await connectTo(cluster, password);
    if (running) {
      const stop = () => endProcess(running.pid, ["SIGINT", "SIGQUIT", "SIGKILL"], 5000);
      const ended = whenGone(running.pid, log);
      ended.catch(() => {}); // nobody has to wait for it
      return { ...running, adopted: running.pid !== server?.pid, ended, stop };
    }
    if (server && server.exitCode === null && server.signalCode === null) continue;
    if (server) await considerRetry(cluster, log);
    server = await launch(cluster, binaries.postgres, log, { ...settings, ...overrides });
  }
  throw new Failure(`The embedded Postgres did not start: ${lastLine(log)} (see ${log})`);
}

/**
 * Creates the cluster when there is none; what was half made by a killed start is made anew.
 * @param {string} data
 * @param {string} cluster
 * @param {string} initdb
 * @returns {string} the superuser's password
 */
function prepareCluster(data, cluster, initdb) {
  const passwordFile = join(data, "postgres-password");
  if (existsSync(cluster)) {
    if (existsSync(passwordFile)) return readFileSync(passwordFile, "utf8");
    throw new Failure(
      `${passwordFile} is gone, and without it the database in ${cluster} is shut.`,
    );
  }
  const password = randomBytes(24).toString("base64url");
  writeFileSync(passwordFile, password, { mode: 0o600 });

  const fresh = `${cluster}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  const { commandLine, ids } = postgresRunner(initdb, fresh);
  const copy = `${fresh}-password`; // one that the server's user may read
  writeFileSync(copy, password, { mode: 0o600 });
  if (ids.uid !== undefined && ids.gid !== undefined) chownSync(copy, ids.uid, ids.gid);
  const [command, args] = commandLine(initdb, [
    `--pgdata=${fresh}`,
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${copy}`,
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8", // Unicode lower() without the system's locales
    "--no-instructions",
  ]);
  const made = spawnSync(command, args, { ...ids, cwd: "/", env: serverEnv, encoding: "utf8" });
  rmSync(copy, { force: true });
  if (made.status !== 0)
    throw new Failure(`The embedded database could not be created: ${made.stderr.trim()}`);
  renameSync(fresh, cluster);
  return password;
}

/**
 * @param {string} cluster
 * @param {string} postgres
 * @param {string} log
 * @param {Record<string, string>} options
 */
async function launch(cluster, postgres, log, options) {
  const { commandLine, ids } = postgresRunner(postgres, cluster);
  const [command, args] = commandLine(postgres, [
    ...["-D", cluster, "-p", String(await freePort())],
    ...Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  const output = openSync(log, "w");
  try {
    // detached: Ctrl-C in the terminal is not for it; it is stopped last
    return spawn(command, args, {
      ...ids,
      cwd: "/",
      env: serverEnv,
      detached: true,
      stdio: ["ignore", output, output],
    });
  } finally {
    closeSync(output);
  }
}

/**
 * The server that serves this cluster now, or null.
 * @param {string} cluster
 * @param {string} password
 */
async function connectTo(cluster, password) {
  const [pid, , , port] = postmaster(cluster);
  if (!pid || !port) return null;
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("show data_directory");
    if (realpathSync(rows[0].data_directory) !== realpathSync(cluster)) return null;
    return { url, pid: Number(pid) };
  } catch {
    return null; // not up yet, or a file left behind by a killed server
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * @param {number} pid
 * @param {string} log
 * @returns {Promise<never>}
 */
async function whenGone(pid, log) {
  const started = startedAt(pid);
  while (startedAt(pid) === started) await sleep(1000, undefined, { ref: false });
  throw new Failure(`The embedded Postgres ended: ${lastLine(log)} (see ${log})`);
}

/**
 * The lines of postmaster.pid: pid, data folder, start, port, …
 * @param {string} cluster
 * @returns {string[]}
 */
function postmaster(cluster) {
  try {
    return readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

/**
 * A server that found the lock of a killed one is worth starting again: its last processes need
 * some seconds to go. When the pid in the lock has since been given to another program, the lock
 * would stay for ever, so it is removed.
 * @param {string} cluster
 * @param {string} log
 */
async function considerRetry(cluster, log) {
  const output = readFileSync(log, "utf8");
  const retriable =
    /postmaster\.pid" already exists|shared memory block|could not bind|Address already in use/;
  if (!retriable.test(output))
    throw new Failure(`The embedded Postgres did not start: ${lastLine(log)} (see ${log})`);
  const pid = Number(postmaster(cluster)[0]);
  if (pid && /already exists/.test(output) && !commandOf(pid).includes(cluster))
    rmSync(join(cluster, "postmaster.pid"), { force: true });
  await sleep(300);
}

/**
 * @param {string} log
 * @returns {string}
 */
function lastLine(log) {
  return readFileSync(log, "utf8").trim().split("\n").at(-1) ?? "";
}
