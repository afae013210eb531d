import { chmod, mkdir } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { featurePath, featuresPath, searchPath } from "../lib/routes.ts";
import { build } from "../scripts/build.mjs";
import { startHub } from "../scripts/hub.mjs";
import { migrate } from "../scripts/migrate.mjs";
import { freePort } from "../scripts/ports.mjs";
import { startPostgres } from "../scripts/postgres.mjs";
import { Supervisor } from "../scripts/supervisor.mjs";
import { closeDb, db } from "../server/db.ts";
import { fill, model, nameOf } from "./hub-fill.ts";
import { type Load, type Reading, read } from "./hub-load.ts";
import { heldBy, peakOf, processorOf } from "./hub-processes.ts";

/*
 * The hub as its readers find it: a Postgres that is filled by ingesting bundles, the built web server,
 * and, in this process, readers of random feature pages, of tables, and of searches for a token.
 *
 * Run: node --conditions=react-server --import tsx bench/hub.ts
 * In three minutes: … --dictionaries 6 --d_sae 4096 --seconds 20. What --data holds is filled once and kept.
 */

const { values } = parseArgs({
  options: {
    dictionaries: { type: "string", default: "100" },
    d_sae: { type: "string", default: "16384" },
    readers: { type: "string", default: "32" },
    seconds: { type: "string", default: "60" },
    data: { type: "string", default: ".cache/bench-hub" },
    dist: { type: "string", default: ".next" },
  },
});
const dictionaries = Number(values.dictionaries);
const d_sae = Number(values.d_sae);
const readers = Number(values.readers);
const seconds = Number(values.seconds);
const data = resolve(values.data);

const supervisor = new Supervisor();
let web = 0;
supervisor.onChange = (running) => {
  web = running.find(({ name }) => name.includes("scripts/web.mjs"))?.pid ?? web;
};
await mkdir(data, { recursive: true });
await chmod(data, 0o711); // as root, the database runs as another user
const postgres = await startPostgres(data);
try {
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  await fill(data, dictionaries, d_sae);
  const features = await db().feature.count();
  await closeDb();
  await build(supervisor, values.dist);
  const port = await freePort();
  const hub = { host: "127.0.0.1", port, data, databaseUrl: postgres.url, distDir: values.dist };
  const { address } = await startHub(supervisor, { ...hub, runs: join(data, "runs") });
  console.log(await measure(address, features));
} finally {
  await supervisor.stop();
  await postgres.stop();
}

async function measure(address: string, features: number): Promise<string> {
  const among = (n: number) => Math.floor(Math.random() * n);
  const feature = () => featurePath(model, nameOf(among(dictionaries)), among(d_sae));
  const words = ["dog", "Once", "upon", "time", "run", "little", "Max"];
  const search = (word: string) => `${searchPath}?${new URLSearchParams({ q: word })}`;
  const pages: [string, Load][] = [
    ["feature, readers who look at it for 0.5 to 1.5 s", thinking(feature)],
    ["feature, readers who do not look", { ...thinking(feature), pause: [0, 0] }],
    ["feature, one reader alone", alone(feature)],
    [
      "table, first page, one reader",
      alone(() => featuresPath(model, nameOf(among(dictionaries)))),
    ],
    ["search for a token, one reader", alone(() => search(words[among(words.length)] as string))],
  ];
  const before = loadavg()[0] as number;
  await read(address, { ...thinking(feature), pause: [0, 0], seconds: 10 }); // the JIT, and the cache
  const rows: string[] = [];
  for (const [name, load] of pages) {
    const begun = processors();
    const reading = await read(address, load);
    const each = processors().map((ms, i) => (ms - (begun[i] ?? 0)) / reading.whole.length);
    rows.push(rowOf(name, load, reading, each));
  }
  return `${features.toLocaleString("en")} features in ${dictionaries} dictionaries; ${cpus().length} cores of \
${cpus()[0]?.model}, load before ${before.toFixed(1)}; Node ${process.versions.node}; the readers are on the same machine.
Milliseconds, median / 95th percentile / most: "server" is Server-Timing's total, from the request to the head of the
answer, which is sent when the page is drawn; "query" of that its reads; "reader" to the last byte, gzipped; "processor" is the time
that the web server and Postgres had of the processors for each page.

| page | readers | pages/s | server | query | reader | processor | errors | kB each |
|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}

Memory: web server ${Math.round(peakOf(web))} MiB at most, Postgres ${Math.round(heldBy(postgres.pid))} MiB in the end.`;
}

function thinking(path: () => string): Load {
  return { readers, seconds, pause: [500, 1500], path };
}

function alone(path: () => string): Load {
  return { readers: 1, seconds: Math.min(seconds, 15), pause: [0, 0], path };
}

/** Of the web server and of Postgres, in ms. */
function processors(): number[] {
  return [processorOf(web), processorOf(postgres.pid)];
}

function rowOf(name: string, { readers }: Load, reading: Reading, processor: number[]): string {
  const { whole, server, query, errors, bytes, perSecond } = reading;
  const each = processor.map((ms) => ms.toFixed(1)).join(" + ");
  const kilobytes = Math.round(bytes / 1000 / Math.max(1, whole.length));
  return `| ${name} | ${readers} | ${perSecond.toFixed(1)} | ${spread(server)} | ${spread(query)} | ${spread(whole)} | ${each} | ${errors} | ${kilobytes} |`;
}

/** median / 95th percentile / most */
function spread(values: number[]): string {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return "";
  const at = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] as number).toFixed(1);
  return `${at(0.5)} / ${at(0.95)} / ${at(1)}`;
}
