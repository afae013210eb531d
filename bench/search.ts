import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { searchQuery } from "../lib/search-query.ts";
import { migrate } from "../scripts/migrate.mjs";
import { startPostgres } from "../scripts/postgres.mjs";
import { closeDb } from "../server/db.ts";
import { search } from "../server/queries/search.ts";
import { suggest } from "../server/queries/suggest.ts";
import { copyDictionary } from "./hub-copy.ts";
import { fill, nameOf } from "./hub-fill.ts";

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
  for (let n = 1; n < DICTIONARIES; n++) {
    await copyDictionary(nameOf(0), nameOf(n), ["feature_examples", "context", "token_features"]);
    if (n % 10 === 0) console.error(`copied ${n} of ${DICTIONARIES}`);
  }
  console.log(await measure());
} finally {
  await closeDb();
  await postgres.stop();
  await rm(folder, { recursive: true });
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
