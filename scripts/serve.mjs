import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { claimDataFolder } from "./data-folder.mjs";
import { assertSpace, GIB, isFull } from "./disk.mjs";
import { codeOf, Failure } from "./failure.mjs";
import { printDictionary, trainFirstDictionaries } from "./first-dictionaries.mjs";
import { generateClient } from "./generate.mjs";
import { addressOf, startHub } from "./hub.mjs";
import { install, isInstalled } from "./install.mjs";
import { openPage } from "./open.mjs";
import { readOptions, usage } from "./options.mjs";
import { assertPortFree } from "./ports.mjs";
import { Supervisor } from "./supervisor.mjs";

/** @type {Promise<never>} */
const forever = new Promise(() => {});

/**
 * `npm start`: from a bare checkout to a hub that serves until it is told to stop.
 * @param {string[]} argv
 */
export async function serve(argv) {
  const supervisor = new Supervisor();
  let data = ".";
  try {
    const options = readOptions(argv, process.env);
    if (options.help) return console.log(usage);
    data = options.data;
    await run(supervisor, options);
  } catch (error) {
    if (supervisor.stopping) return; // a signal came, whose handler ends this process
    await supervisor.stop();
    console.error(sentence(error, [data, "."]));
    process.exit(1);
  }
}

/**
 * @param {Supervisor} supervisor
 * @param {import("./options.mjs").Options} options
 */
async function run(supervisor, { host, port, data, train, open }) {
  await claimDataFolder(supervisor, data, addressOf(host, port));
  supervisor.stopOnSignals("Stopped. `npm start` goes on from here.", 0);
  await assertPortFree(host, port);
  if (!isInstalled()) assertSpace(".", 3 * GIB, "the installation");
  const given = process.env.DATABASE_URL;
  if (!given && !existsSync(join(data, "postgres"))) assertSpace(data, 3 * GIB, "a new hub");

  await install(supervisor);
  const database = given ? { url: given, ended: forever } : await embedded(supervisor, data);
  await prepareDatabase(database.url);
  const distDir = process.env.NEXT_DIST_DIR || ".next";
  await build(supervisor, distDir);

  const databaseUrl = database.url;
  // A hub that other machines reach takes what it begins with by a token alone, if need be one of this start.
  const token = isLoopback(host)
    ? undefined
    : process.env.RUN_TOKEN || randomBytes(24).toString("hex");
  /** @type {Record<string, string>} */
  const more = token === undefined ? {} : { RUN_TOKEN: token };
  const hub = await startHub(supervisor, { host, port, data, databaseUrl, distDir, more });
  console.log(`Hub ready at ${hub.address}`);
  if (open) openPage(hub.address);
  const serving = async () => {
    if (process.env.AUTH_SECRET) await printLinks(supervisor, databaseUrl);
    // among accounts nothing is anybody's by itself, so nothing is trained for them
    else if (train) await trainFirstDictionaries(supervisor, data, hub.address, token);
    await printDictionary(hub.address);
    console.log("Ctrl-C stops it.");
    return forever;
  };
  await Promise.race([serving(), hub.ended, database.ended]);
}

/**
 * @param {Supervisor} supervisor
 * @param {string} data
 */
async function embedded(supervisor, data) {
  const { startPostgres } = await import("./postgres.mjs");
  const starting = startPostgres(data);
  supervisor.afterwards(() =>
    starting.then(
      (postgres) => postgres.stop(),
      () => {},
    ),
  );
  return starting;
}

/** @param {string} host */
function isLoopback(host) {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host);
}

/**
 * Prints how those of AUTH_MAINTAINERS who have no password yet choose one.
 * @param {Supervisor} supervisor
 * @param {string} databaseUrl
 */
async function printLinks(supervisor, databaseUrl) {
  const args = ["--conditions=react-server", "--import", "tsx", "server/accounts/cli.ts"];
  await supervisor.run(process.execPath, args, { show: true, env: { DATABASE_URL: databaseUrl } });
}

/** @param {string} databaseUrl */
async function prepareDatabase(databaseUrl) {
  const { checkDatabase } = await import("./database.mjs");
  const { migrate } = await import("./migrate.mjs");
  await checkDatabase(databaseUrl);
  await migrate(databaseUrl);
  generateClient();
}

/**
 * @param {unknown} error
 * @param {string[]} folders
 */
function sentence(error, folders) {
  const full = folders.find((folder) => existsSync(folder) && isFull(folder));
  if (full !== undefined || codeOf(error) === "ENOSPC")
    return `There is no space left on the disk of ${full ?? folders[0]}; \`npm start\` goes on when there is.`;
  return error instanceof Failure ? error.message : error; // a bug keeps its stack
}
