#!/usr/bin/env node
/*
 * Stands in for Prisma's native schema engine, which would have to be downloaded: the same command
 * line and JSON-RPC over stdio, on Prisma's own WebAssembly build of that engine. For development
 * and tests; the hub itself migrates with migrate.mjs.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { codeOf, messageOf } from "./failure.mjs";
import { connectionTo, engineVersion, openEngine, query } from "./schema-engine-wasm.mjs";

const argv = process.argv.slice(2);
const { url } = JSON.parse(option("--datasource") ?? "{}");

if (argv.includes("--version")) console.log(`schema-engine-cli ${engineVersion()}`);
else if (argv.includes("cli")) await runCommand(argv[argv.indexOf("cli") + 1]);
else await serve();

/** @param {string} name */
function option(name) {
  const at = argv.indexOf(name);
  return at < 0 ? undefined : argv[at + 1];
}

/** @param {string | undefined} command */
async function runCommand(command) {
  const database = connectionTo(url).database;
  try {
    if (command === "can-connect-to-database") await query(connectionTo(url), "SELECT 1");
    else if (command === "create-database")
      await query(connectionTo(url, "postgres"), `CREATE DATABASE "${database}"`);
    else if (command === "drop-database")
      await query(
        connectionTo(url, "postgres"),
        `DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`,
      );
    else throw new Error(`unknown command: ${command}`);
  } catch (error) {
    const missing = codeOf(error) === "3D000";
    logLine("INFO", { message: "Starting schema engine CLI" }); // the caller drops the first line
    logLine("ERROR", {
      message: missing ? `Database \`${database}\` does not exist` : messageOf(error),
      is_panic: false,
      error_code: missing ? "P1003" : "P1001",
      meta: { database_name: database },
    });
    process.exitCode = 1;
  }
}

/**
 * @param {string} level
 * @param {object} fields
 */
function logLine(level, fields) {
  const timestamp = new Date().toISOString();
  process.stderr.write(
    `${JSON.stringify({ timestamp, level, target: "schema_engine::logger", fields })}\n`,
  );
}

/** Answers requests, one per line, one after the other. */
async function serve() {
  const datamodels = option("--datamodels")
    ?.split(",")
    .map((file) => [file, readFileSync(file, "utf8")]);
  const engine = await openEngine(url, datamodels);
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = line.trim() ? JSON.parse(line) : {};
    if (!method) continue; // the caller's answer to our `print`
    try {
      const result = await engine[method === "getDatabaseVersion" ? "version" : method](params);
      if (method === "diff" && result?.stdout)
        send({ id: 0, method: "print", params: { content: result.stdout } });
      send({ id, result: result ?? {} });
    } catch (error) {
      const message = messageOf(error).split("\n   0:")[0]; // what follows is a Rust trace
      const data = { is_panic: false, message, error_code: null, meta: null };
      send({ id, error: { code: 4466, message: "An error happened.", data } });
    }
  }
  process.exit(0); // whatever pool is still open
}

/** @param {object} message */
function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}
