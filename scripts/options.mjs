import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Failure, messageOf } from "./failure.mjs";

export const usage = `npm start -- [--port N] [--data DIR] [--no-train] [--no-open]

  --port N     the hub's port (PORT; 3000)
  --data DIR   the folder of the database, bundles and runs (DATA_DIR; ./data)
  --no-train   leave an empty hub empty
  --no-open    do not open a browser

HOST is the address to listen on (127.0.0.1), DATABASE_URL a Postgres to use instead of the embedded one,
RUN_TOKEN what trainers on other machines must send to report their runs. AUTH_SECRET and AUTH_URL let
people sign in: docs/hosting.md.`;

/** @typedef {{ host: string, port: number, data: string, train: boolean, open: boolean, help: boolean }} Options */

/**
 * @param {string[]} argv
 * @param {Record<string, string | undefined>} env
 * @returns {Options}
 */
export function readOptions(argv, env) {
  const flags = parse(argv);
  return {
    host: env.HOST || "127.0.0.1",
    port: toPort(flags.port ?? env.PORT ?? "3000"),
    data: resolve(flags.data ?? (env.DATA_DIR || "data")),
    train: !flags["no-train"],
    open: !flags["no-open"],
    help: flags.help ?? false,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        data: { type: "string" },
        "no-train": { type: "boolean" },
        "no-open": { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${messageOf(error).split(". ")[0]}.\n\n${usage}`);
  }
}

/** @param {string} text */
function toPort(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Failure(`Port ${text} is no port: expected a number from 1 to 65535.`);
}
