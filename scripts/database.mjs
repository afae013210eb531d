import pg from "pg";
import { codeOf, Failure, messageOf } from "./failure.mjs";

const OLDEST = 14;

/**
 * Fails, with the reason in a sentence, unless the URL leads to a Postgres that will do.
 * @param {string} url
 */
export async function checkDatabase(url) {
  const { protocol, pathname, host } = parse(url);
  if (!["postgres:", "postgresql:"].includes(protocol) || pathname.length < 2)
    throw unusable("expected an address like postgresql://user:password@host:5432/hub");
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("SELECT version()");
    const [, version] = rows[0].version.match(/^PostgreSQL (\d+)/) ?? [];
    if (!version) throw unusable(`${host} is not Postgres but ${rows[0].version}`);
    if (Number(version) < OLDEST)
      throw unusable(`${host} runs Postgres ${version}; ${OLDEST} or newer is needed`);
  } catch (error) {
    throw error instanceof Failure ? error : unusable(reasonOf(error, host));
  } finally {
    client.end().catch(() => {}); // not awaited: a server that is no Postgres never answers it
  }
}

/**
 * Makes another database beside the one that the URL leads to.
 * @param {string} url
 * @param {string} name
 * @returns {Promise<string>} where it is
 */
export async function createDatabase(url, name) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE "${name}"`).finally(() => client.end());
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

/** @param {string} url */
function parse(url) {
  try {
    return new URL(url);
  } catch {
    throw unusable("it is not an address like postgresql://user:password@host:5432/hub");
  }
}

/** @param {string} reason */
function unusable(reason) {
  return new Failure(`DATABASE_URL cannot be used: ${reason}.`);
}

/**
 * @param {unknown} error
 * @param {string} host
 */
function reasonOf(error, host) {
  const code = codeOf(error);
  if (code === "28P01" || code === "28000") return `${host} refuses this user or password`;
  if (code === "3D000") return `${host} has no such database (${messageOf(error)})`;
  if (/^[0-9A-Z]{5}$/.test(code)) return `${host} answers: ${messageOf(error)}`;
  if (/^E[A-Z_]+$/.test(code) || /timeout/.test(messageOf(error)))
    return `${host} cannot be reached (${code || "no answer"})`;
  return `${host} does not answer as Postgres does (${messageOf(error)})`;
}
