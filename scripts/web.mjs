import cluster from "node:cluster";
import { next } from "./build.mjs";

/*
 * The web server: PROCESSES of Next's share one port, since drawing pages keeps one processor busy. One that dies is
 * started again; when this process is told to end, all do.
 * usage: node scripts/web.mjs HOST PORT PROCESSES
 */

/** What lives shorter would only die again. */
const WORTH_RESTARTING = 10_000;

const [host = "", port = "", processes = "1"] = process.argv.slice(2);

cluster.setupPrimary({
  exec: next,
  args: ["start", "--hostname", host, "--port", port],
  // what a page leaves behind is short-lived: a larger nursery keeps it from being copied
  execArgv: ["--max-semi-space-size=32"],
});

/** @type {Map<number, number>} */
const begun = new Map();
let isEnding = false;

for (let n = 0; n < Number(processes); n++) begin();
cluster.on("exit", ({ id }, status) => {
  if (isEnding) return;
  if (Date.now() - (begun.get(id) ?? 0) < WORTH_RESTARTING) end(status || 1);
  else begin();
});
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"]))
  process.once(signal, () => end(0));

function begin() {
  begun.set(cluster.fork().id, Date.now());
}

/** @param {number} status */
function end(status) {
  isEnding = true;
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill("SIGTERM");
  process.exitCode = status;
  cluster.disconnect();
}
