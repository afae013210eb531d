import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findBrowser } from "./browser.mjs";
import { prepareBrowserData } from "./browser-data.mjs";
import { build } from "./build.mjs";
import { Failure } from "./failure.mjs";
import { generateClient, generateRouteTypes } from "./generate.mjs";
import { startHub } from "./hub.mjs";
import { install } from "./install.mjs";
import { freePort } from "./ports.mjs";
import { prisma } from "./prisma.mjs";
import { conformanceCounts, playwrightCounts, Steps, vitestCounts } from "./steps.mjs";
import { Supervisor } from "./supervisor.mjs";
import { temporaryFolder } from "./temporary-folder.mjs";

const distDir = ".next-test"; // a hub beside the tests keeps its own
const checks = ["biome check .", "tsc -p trainer", "tsc --noEmit", "knip"];
const artifacts = "test-results";
const CONFORMANCE_SECONDS = 60;

/**
 * @typedef {object} Context
 * @property {Supervisor} supervisor
 * @property {Steps} steps
 * @property {string} folder holds all that the tests write; removed at the end
 * @property {(part: string) => boolean} wants
 */

/**
 * Everything that has to pass, on a database, a port and folders of its own.
 * @param {string[]} parts of check, unit, conformance, schema, boundary, browser; none: all of them
 * @returns {Promise<number>} how many tests and checks failed
 */
export async function testAll(parts) {
  const supervisor = new Supervisor();
  const steps = new Steps();
  const folder = temporaryFolder();
  supervisor.afterwards(() => rmSync(folder, { recursive: true, force: true }));
  supervisor.stopOnSignals("Stopped.", 130);
  const wants = (/** @type {string} */ part) => parts.length === 0 || parts.includes(part);
  await runAll({ supervisor, steps, folder, wants });
  if (supervisor.stopping) return new Promise(() => {}); // the signal's handler ends this process
  await supervisor.stop();
  return steps.summarise();
}

/** @param {Context} context */
async function runAll(context) {
  const { supervisor, steps, wants } = context;
  if (!(await steps.run("install", () => install(supervisor)))) return;
  await steps.run("generate", async () => {
    generateClient();
    await generateRouteTypes(supervisor, distDir);
  });
  if (wants("check"))
    for (const line of checks) await steps.run(line, () => command(supervisor, line.split(" ")));
  if (wants("unit")) await steps.run("unit tests", () => vitest(context, "unit"));
  if (wants("conformance")) await steps.run("conformance", () => conformance(context));

  if (["schema", "boundary", "browser"].some(wants)) await databaseTests(context);
}

/**
 * What needs Python and packages of it, and says so where they are not.
 * @param {Context} context
 * @returns {Promise<import("./steps.mjs").Counts>}
 */
async function conformance({ supervisor, folder }) {
  const report = join(folder, "conformance.json");
  const { status } = await supervisor.run("node_modules/.bin/tsx", ["conformance/formats.ts"], {
    show: true,
    env: { CONFORMANCE_REPORT: report },
    seconds: CONFORMANCE_SECONDS,
  });
  if (status === null) console.log(`skipped: more than ${CONFORMANCE_SECONDS} seconds`);
  return conformanceCounts(report, status);
}

/** @param {Context} context */
async function databaseTests(context) {
  const { supervisor, steps, folder, wants } = context;
  let url = "";
  const ready = await steps.run("database", async () => {
    const { startPostgres } = await import("./postgres.mjs");
    const { migrate } = await import("./migrate.mjs");
    const postgres = await startPostgres(join(folder, "data"), { fsync: "off" });
    supervisor.afterwards(postgres.stop);
    await migrate(postgres.url);
    url = postgres.url;
  });
  if (!ready) return steps.skip("all that needs the database");
  if (wants("schema")) await steps.run("schema drift", () => schemaDrift(url));
  if (wants("boundary"))
    await steps.run("boundary tests", () =>
      vitest(context, "boundary", { TEST_DATABASE_URL: url }),
    );
  if (wants("browser")) await browserTests(context, url);
}

/**
 * @param {Context} context
 * @param {string} databaseUrl
 */
async function browserTests({ supervisor, steps, folder }, databaseUrl) {
  const data = join(folder, "data");
  /** @type {Record<string, string>} */
  const env = {};
  const ready =
    (await steps.run("build", () => build(supervisor, distDir))) &&
    (await steps.run("start the hub", async () => {
      const [host, port] = ["127.0.0.1", await freePort()];
      const runs = join(folder, "runs");
      const more = { IMPORT_TOKENS: "2000" };
      const hub = await startHub(supervisor, {
        host,
        port,
        data,
        databaseUrl,
        distDir,
        runs,
        more,
      });
      env.E2E_ADDRESS = hub.address;
    })) &&
    (await steps.run("start a hub with accounts", async () => {
      env.E2E_HOSTED_ADDRESS = await startHosted(supervisor, join(folder, "hosted"), databaseUrl);
    })) &&
    (await steps.run("train and upload", async () => {
      Object.assign(env, await prepareBrowserData(supervisor, folder, env.E2E_ADDRESS ?? ""));
    })) &&
    (await steps.run("find a browser", async () => {
      env.E2E_BROWSER = JSON.stringify(await findBrowser(supervisor));
    }));
  if (!ready) return steps.skip("browser tests");

  await steps.run("browser tests", async () => {
    const report = join(folder, "browser.json");
    const { status } = await supervisor.run("node_modules/.bin/playwright", ["test"], {
      show: true,
      env: { ...env, E2E_REPORT: report, NEXT_DIST_DIR: distDir },
    });
    return playwrightCounts(report, status);
  });
  mkdirSync(artifacts, { recursive: true });
  cpSync(join(data, "logs"), join(artifacts, "logs"), { recursive: true });
}

/**
 * A second hub of the same pages, whose people sign in, on a database of its own.
 * @param {Supervisor} supervisor
 * @param {string} data
 * @param {string} server
 */
async function startHosted(supervisor, data, server) {
  const { createDatabase } = await import("./database.mjs");
  const { migrate } = await import("./migrate.mjs");
  const databaseUrl = await createDatabase(server, "hosted");
  await migrate(databaseUrl);
  mkdirSync(join(data, "logs"), { recursive: true });
  const [host, port] = ["127.0.0.1", await freePort()];
  const more = {
    AUTH_SECRET: randomBytes(24).toString("hex"),
    AUTH_URL: `http://${host}:${port}`,
    AUTH_SIGN_UP: "open",
    WEB_PROCESSES: "1",
  };
  const hub = await startHub(supervisor, {
    host,
    port,
    data,
    databaseUrl,
    distDir,
    runs: "",
    more,
  });
  return hub.address;
}

/** @param {string} databaseUrl of a database that has been migrated */
async function schemaDrift(databaseUrl) {
  const drift = ["--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--exit-code"];
  const { status } = prisma(["migrate", "diff", ...drift], { url: databaseUrl });
  if (status !== 0) throw new Failure("The migrations and prisma/schema.prisma differ.");
}

/**
 * @param {Context} context
 * @param {string} project
 * @param {Record<string, string>} [env]
 */
async function vitest({ supervisor, folder }, project, env) {
  const report = join(folder, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const args = ["run", "--project", project, ...reporters];
  const { status } = await supervisor.run("node_modules/.bin/vitest", args, { show: true, env });
  return vitestCounts(report, status);
}

/**
 * @param {Supervisor} supervisor
 * @param {string[]} line
 */
async function command(supervisor, [name = "", ...args]) {
  const { status } = await supervisor.run(`node_modules/.bin/${name}`, args, { show: true });
  if (status !== 0) throw new Failure(`${name} found faults (status ${status}).`);
}
