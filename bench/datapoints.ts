import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { datapointQuery } from "../lib/datapoint-query.ts";
import { migrate } from "../scripts/migrate.mjs";
import { startPostgres } from "../scripts/postgres.mjs";
import { closeDb } from "../server/db.ts";
import { ingestBundle } from "../server/ingest/ingest.ts";
import { getDatapoint } from "../server/queries/datapoint.ts";
import { listDatapoints, listPoints } from "../server/queries/datapoints.ts";
import { folderStorage } from "../server/storage.ts";
import { writeLargeBundle } from "./large-bundle.ts";

/*
 * How fast the queries behind the pages of datapoints are, with 30,000 of them in each of twelve
 * dictionaries that measured the same text.
 * Run: node --conditions=react-server --import tsx bench/datapoints.ts
 */

const D_SAE = 4096;
const DICTIONARIES = 12;
const ROUNDS = 100;

const folder = await mkdtemp(join(tmpdir(), "bench-datapoints-"));
await chmod(folder, 0o711); // as root, the server runs as another user
const postgres = await startPostgres(folder);
try {
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  for (let n = 0; n < DICTIONARIES; n++) await takeIn(`large-${n}`);
  console.log(await measure());
} finally {
  await closeDb();
  await postgres.stop();
  await rm(folder, { recursive: true });
}

async function takeIn(name: string): Promise<void> {
  const dir = join(folder, "bundle");
  await writeLargeBundle(dir, D_SAE, name);
  const signal = new AbortController().signal;
  const storage = folderStorage(join(folder, "files"));
  await ingestBundle(dir, {
    storage,
    report: () => {},
    signal,
    by: { user_id: "local", visibility: "public" },
  });
  await rm(dir, { recursive: true });
}

async function measure(): Promise<string> {
  const list = (query: object) => () =>
    listDatapoints(null, "tiny", "large-0", datapointQuery.parse(query));
  const queries: [string, (round: number) => Promise<unknown>][] = [
    ["a page of the worst", list({})],
    ["a page by ‖x‖, the last but one", list({ sort: "norm_x", page: 599 })],
    ["a page of those at a token", list({ token: "dog", sort: "squared_error" })],
    [
      "a datapoint, of 12 dictionaries",
      (round) => getDatapoint(null, "tiny", "large-0", place(round)),
    ],
    ["all points", () => listPoints(null, "tiny", "large-0")],
  ];
  const rows: string[] = [];
  for (const [what, query] of queries) {
    await query(0); // connections, plans and the vocabulary
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await milliseconds(() => query(round)));
    times.sort((a, b) => a - b);
    const at = (q: number) => (times[Math.floor(q * ROUNDS)] as number).toFixed(1);
    rows.push(`| ${what} | ${at(0.5)} | ${at(0.95)} |`);
  }
  return `30,000 datapoints in each of ${DICTIONARIES} dictionaries, ${cpus().length} cores of \
${cpus()[0]?.model}, Node ${process.versions.node}, ${ROUNDS} times each:

| query | median, ms | 95 %, ms |
|---|---|---|
${rows.join("\n")}`;
}

function place(round: number) {
  return { context: (round * 17) % 3000, position: 1 + (round % 120) };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
