import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { searchQuery } from "../lib/search-query.ts";
import { migrate } from "../scripts/migrate.mjs";
import { startPostgres } from "../scripts/postgres.mjs";
import { closeDb, pool } from "../server/db.ts";
import {
  attachPartition,
  createPartition,
  type Partitioned,
  partitioned,
  partitionName,
} from "../server/ingest/partitions.ts";
import { search } from "../server/queries/search.ts";
import { suggest } from "../server/queries/suggest.ts";
import { fill } from "./hub-fill.ts";

/*
 * Search by token over two million features: one dictionary is ingested, and its tables are copied under
 * other names. Its vocabulary is of 17 words, so each of them finds as many features as the index keeps in
 * every dictionary: no real word is worse. Run: node --conditions=react-server --import tsx bench/search.ts
 */

const D_SAE = Number(process.argv[2] ?? 16_384);
const DICTIONARIES = Number(process.argv[3] ?? 122);
const ROUNDS = 200;

const folder = await mkdtemp(join(tmpdir(), "bench-search-"));
await chmod(folder, 0o711); // as root, the server runs as another user
const postgres = await startPostgres(folder);
try {
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  await fill(folder, 1, D_SAE);
  for (let n = 1; n < DICTIONARIES; n++) await copyDictionary(n);
  console.log(await measure());
} finally {
  await closeDb();
  await postgres.stop();
  await rm(folder, { recursive: true });
}

/** What search reads of the first dictionary, under another name. */
async function copyDictionary(n: number): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query<{ id: number }>(
      `WITH made AS (
         INSERT INTO dictionary (model_id, slug, owner_id) SELECT model_id, $1, owner_id
         FROM dictionary ORDER BY id LIMIT 1 RETURNING id
       )
       INSERT INTO revision (dictionary_id, manifest_sha256, weights_from, cfg, manifest, evaluation,
         training, alive, bundle_bytes)
       SELECT made.id, gen_random_uuid()::text, revision.id, cfg, manifest, evaluation, training,
         alive, bundle_bytes
       FROM made, (SELECT * FROM revision ORDER BY id LIMIT 1) revision RETURNING id`,
      [`large-${n}`],
    );
    const { id } = rows[0] as { id: number };
    for (const table of ["feature_examples", "context", "token_features"] satisfies Partitioned[]) {
      const into = await createPartition(client, table, id);
      await client.query(
        `INSERT INTO "${into}" SELECT ${columnsOf(table, id)} FROM "${partitionName(table, 1)}"`,
      );
      await attachPartition(client, table, id);
    }
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  if (n % 10 === 0) console.error(`copied ${n} of ${DICTIONARIES}`);
}

/** The columns of a table with another revision. */
function columnsOf(table: Partitioned, revision_id: number): string {
  return Object.keys(partitioned[table])
    .map((name) => (name === "revision_id" ? String(revision_id) : `"${name}"`))
    .join(", ");
}

async function measure(): Promise<string> {
  const find = (q: string) => () => search(null, searchQuery.parse({ q, in: "tokens" }));
  const rows = [
    await row("one word, first page", find("dog")),
    await row("two words", find("little dog")),
    await row("suggestions for two letters", () => suggest(null, "do")),
  ];
  return `${(D_SAE * DICTIONARIES).toLocaleString("en")} features in ${DICTIONARIES} dictionaries, \
every word at the bound of the index; ${cpus().length} cores of ${cpus()[0]?.model}, load \
${(loadavg()[0] ?? 0).toFixed(1)}; Node ${process.versions.node}; ${ROUNDS} rounds, one after another, \
from the query to plain data.

| | p50 | p95 | most |
|---|---|---|---|
${rows.join("\n")}`;
}

async function row(name: string, ask: () => Promise<unknown>): Promise<string> {
  for (let i = 0; i < 20; i++) await ask(); // the JIT, and the cache
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (q: number) => `${(times[Math.floor(q * (ROUNDS - 1))] as number).toFixed(0)} ms`;
  return `| ${name} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`;
}
