import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

const OID_CHAR = 18;
const OID_TEXT = 25;

/**
 * Prisma's schema engine in WebAssembly, connected through adapter-pg.
 * @param {string | undefined} url
 * @param {string[][] | undefined} datamodels pairs of path and content
 * @returns {Promise<any>}
 */
export function openEngine(url, datamodels) {
  const factory = adapterFactory(url ?? "postgresql://127.0.0.1:1/none");
  return wasm().SchemaEngine.new({ datamodels }, () => {}, factory);
}

/** @returns {string} */
export function engineVersion() {
  return wasm().version();
}

/** @returns {any} the bindings, which the package declares without types for their making */
function wasm() {
  const path = import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const module = new WebAssembly.Module(
    readFileSync(fileURLToPath(new URL("schema_engine_bg.wasm", path))),
  );
  /** @type {any} */
  const engine = bindings;
  const { exports } = new WebAssembly.Instance(module, { "./schema_engine_bg.js": engine });
  engine.__wbg_set_wasm(exports);
  /** @type {any} */ (exports).__wbindgen_start();
  return engine;
}

/**
 * A URL in parts: adapter-pg would let a connection string's database win over the shadow's.
 * @param {string} url
 * @param {string} [database]
 */
export function connectionTo(url, database) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    database: database ?? decodeURIComponent(pathname.slice(1)),
  };
}

/**
 * @param {ReturnType<typeof connectionTo>} connection
 * @param {string} sql
 */
export async function query(connection, sql) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * @param {string} url
 * @returns {any}
 */
function adapterFactory(url) {
  /** @type {any} */
  const factory = new PrismaPg(connectionTo(url));
  const connect = factory.connect.bind(factory);
  factory.connect = async () => mend(await connect());
  factory.connectToShadowDb = () => shadowDatabase(url);
  return bindMigrationAwareSqlAdapterFactory(factory);
}

/**
 * A database to replay migrations in. adapter-pg drops its own while connected, which fails.
 * @param {string} url
 */
async function shadowDatabase(url) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  await query(connectionTo(url), `CREATE DATABASE "${name}"`);
  const adapter = mend(await new PrismaPg(connectionTo(url, name)).connect());
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    await query(connectionTo(url), `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  };
  return adapter;
}

/**
 * Mends adapter-pg 7.10: it splits scripts at every semicolon, function bodies included, and it
 * cannot read columns of type "char", which the catalogue has.
 * @param {any} adapter
 * @returns {any}
 */
function mend(adapter) {
  readCharColumns(adapter);
  adapter.executeScript = async (/** @type {string} */ script) => {
    await adapter.client.query(script);
  };
  return adapter;
}

/** @param {any} queryable */
function readCharColumns(queryable) {
  const performIO = queryable.performIO.bind(queryable);
  const queryRaw = queryable.queryRaw.bind(queryable);
  /** @type {number[]} */
  let charColumns = [];
  queryable.performIO = async (/** @type {any} */ sql) => {
    const result = await performIO(sql);
    const fields = result.fields ?? [];
    charColumns = [...fields.keys()].filter((i) => fields[i].dataTypeID === OID_CHAR);
    for (const i of charColumns) fields[i].dataTypeID = OID_TEXT;
    return result;
  };
  queryable.queryRaw = async (/** @type {any} */ sql) => {
    const result = await queryRaw(sql);
    for (const i of charColumns) result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
  if (!queryable.startTransaction) return;
  const startTransaction = queryable.startTransaction.bind(queryable);
  queryable.startTransaction = async (/** @type {any} */ level) => {
    const transaction = await startTransaction(level);
    readCharColumns(transaction);
    return transaction;
  };
}
