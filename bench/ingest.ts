import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../scripts/migrate.mjs";
import { startPostgres } from "../scripts/postgres.mjs";
import { closeDb, db, pool } from "../server/db.ts";
import { copyRows } from "../server/ingest/copy.ts";
import { ingestBundle } from "../server/ingest/ingest.ts";
import { attachPartition, createPartition, partitioned } from "../server/ingest/partitions.ts";
import { folderStorage } from "../server/storage.ts";
import { writeLargeBundle } from "./large-bundle.ts";

/*
 * How fast a bundle of 16,384 features is taken in, and how COPY compares with Prisma's createMany on
 * the same rows. Run: node --conditions=react-server --import tsx bench/ingest.ts
 */

const D_SAE = 16_384;
const ROUNDS = 3;
const BATCH = 1000;

const folder = await mkdtemp(join(tmpdir(), "bench-ingest-"));
await chmod(folder, 0o711); // as root, the server runs as another user
const postgres = await startPostgres(folder);
try {
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  await writeLargeBundle(join(folder, "bundle"), D_SAE);
  console.log(await measure());
} finally {
  await closeDb();
  await postgres.stop();
  await rm(folder, { recursive: true });
}

async function measure(): Promise<string> {
  const whole = await seconds(() =>
    ingestBundle(join(folder, "bundle"), {
      storage: folderStorage(join(folder, "files")),
      report: () => {},
      signal: new AbortController().signal,
      by: { user_id: "local", visibility: "public" },
    }),
  );
  const rows = await storedRows();
  const rate = async (write: () => Promise<void>) =>
    (rows.features.length + rows.examples.length) / (await seconds(write));
  const copy: number[] = [];
  const createMany: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = [await addRevision(), await addRevision()];
    copy.push(await rate(() => byCopy(rows, first)));
    await makeEmptyPartitions(second);
    createMany.push(await rate(() => byCreateMany(rows, second)));
  }
  const format = (n: number) => Math.round(n).toLocaleString("en");
  return `${D_SAE.toLocaleString("en")} features with 45 examples of 40 tokens each, taken in on \
${cpus().length} cores of ${cpus()[0]?.model} under Node ${process.versions.node}:

| rows of \`feature\` and \`feature_examples\` by | rows/s | ratio |
|---|---|---|
| COPY into new partitions, which are then indexed and attached | ${format(median(copy))} | ${(median(copy) / median(createMany)).toFixed(1)} |
| Prisma createMany, ${format(BATCH)} rows at a time, in one transaction | ${format(median(createMany))} | 1 |

Medians of ${ROUNDS} rounds on the same rows. The whole ingest, from the verification of the files to
the commit, took ${whole.toFixed(1)} s.`;
}

type Rows = Awaited<ReturnType<typeof storedRows>>;

/** The rows of the revision that was just taken in, packed as they are stored. */
async function storedRows() {
  const features = await db().feature.findMany({ orderBy: { index: "asc" } });
  const examples = await db().featureExamples.findMany({ orderBy: { feature: "asc" } });
  return { features, examples };
}

async function byCopy({ features, examples }: Rows, revision_id: number): Promise<void> {
  await inTransaction(async (client) => {
    const feature = await createPartition(client, "feature", revision_id);
    await copyRows(client, feature, partitioned.feature, blocks(features, revision_id));
    const feature_examples = await createPartition(client, "feature_examples", revision_id);
    const columns = partitioned.feature_examples;
    await copyRows(client, feature_examples, columns, blocks(examples, revision_id));
    await attachPartition(client, "feature", revision_id);
    await attachPartition(client, "feature_examples", revision_id);
  });
}

async function byCreateMany({ features, examples }: Rows, revision_id: number): Promise<void> {
  await db().$transaction(
    async (transaction) => {
      for await (const data of blocks(features, revision_id))
        await transaction.feature.createMany({ data });
      for await (const data of blocks(examples, revision_id))
        await transaction.featureExamples.createMany({ data });
    },
    { timeout: 120_000 },
  );
}

async function* blocks<Row extends object>(rows: Row[], revision_id: number) {
  for (let at = 0; at < rows.length; at += BATCH)
    yield rows.slice(at, at + BATCH).map((row) => ({ ...row, revision_id }));
}

async function addRevision(): Promise<number> {
  const { rows } = await pool().query<{ id: number }>(
    `INSERT INTO revision (dictionary_id, manifest_sha256, cfg, manifest, evaluation, training, alive, bundle_bytes)
     SELECT dictionary_id, gen_random_uuid()::text, cfg, manifest, evaluation, training, alive, bundle_bytes
     FROM revision LIMIT 1 RETURNING id`,
  );
  return (rows[0] as { id: number }).id;
}

async function makeEmptyPartitions(revision_id: number): Promise<void> {
  await inTransaction(async (client) => {
    for (const table of ["feature", "feature_examples"] as const) {
      await createPartition(client, table, revision_id);
      await attachPartition(client, table, revision_id);
    }
  });
}

async function inTransaction(
  work: (client: Parameters<typeof createPartition>[0]) => Promise<void>,
): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
