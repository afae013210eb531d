import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tables } from "trainer/bundle";
import { sealBundle, writeTable } from "trainer/bundle/files";
import { featurePointsApiPath, featuresApiPath, featuresPath } from "../lib/routes.ts";
import { build } from "../scripts/build.mjs";
import { startHub } from "../scripts/hub.mjs";
import { migrate } from "../scripts/migrate.mjs";
import { freePort } from "../scripts/ports.mjs";
import { startPostgres } from "../scripts/postgres.mjs";
import { Supervisor } from "../scripts/supervisor.mjs";
import { closeDb } from "../server/db.ts";
import { ingestBundle } from "../server/ingest/ingest.ts";
import { folderStorage } from "../server/storage.ts";
import { writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { features } from "./large-bundle.ts";

/*
 * How fast the table and the map of features are answered, by the built hub, with 16,384 and with 131,072
 * features. Writes its section of docs/benchmarks.md.
 * Run: node --conditions=react-server --import tsx bench/features.ts
 */

const { values } = parseArgs({ options: { dist: { type: "string", default: ".next" } } });
const ROUNDS = 20;
const sizes = [16_384, 131_072];
const model = "tiny";

const supervisor = new Supervisor();
const data = await mkdtemp(join(tmpdir(), "bench-features-"));
await chmod(data, 0o711); // as root, the database runs as another user
const postgres = await startPostgres(data);
try {
  process.env.DATABASE_URL = postgres.url;
  await migrate(postgres.url);
  for (const d_sae of sizes) await takeIn(d_sae);
  await closeDb();
  await build(supervisor, values.dist);
  const port = await freePort();
  const hub = { host: "127.0.0.1", port, data, databaseUrl: postgres.url, distDir: values.dist };
  const { address } = await startHub(supervisor, { ...hub, runs: join(data, "runs") });
  await write(await measure(address));
} finally {
  await supervisor.stop();
  await postgres.stop();
  await rm(data, { recursive: true });
}

function nameOf(d_sae: number): string {
  return `of-${d_sae}`;
}

/** Features as large as real ones, and the little beside them that a bundle must have. */
async function takeIn(d_sae: number): Promise<void> {
  const dir = join(data, "bundle");
  const name = nameOf(d_sae);
  const { model_id, provenance } = await writeTinyBundle(dir, { d_sae, name });
  const records = features(new Random(0, "features bench"), d_sae, provenance.model.d_vocab);
  await writeTable(join(dir, "features.parquet"), tables.features, records);
  await sealBundle(dir, { model_id, name, provenance });
  const storage = folderStorage(join(data, "files"));
  const signal = new AbortController().signal;
  const by = { user_id: "local", visibility: "public" } as const;
  await ingestBundle(dir, { storage, report: () => {}, signal, by });
  await rm(dir, { recursive: true });
}

async function measure(address: string): Promise<string> {
  const page = (query: object) => (d_sae: number) =>
    featuresPath(model, nameOf(d_sae), query as Record<string, string>);
  const rows = (query: object) => (d_sae: number) =>
    featuresApiPath(model, nameOf(d_sae), { ...query, per_page: 100 });
  const last = (d_sae: number) => Math.floor(d_sae / 100);
  const down = { order: "desc" };
  const asked: [string, (d_sae: number) => string][] = [
    ["page: the first rows", page({})],
    ["page: by density, the largest first", page({ sort: "density", ...down })],
    ["page: by decoder norm", page({ sort: "decoder_norm", ...down })],
    ["page: by top token", page({ sort: "top_token" })],
    ["page: by label", page({ sort: "label" })],
    [
      "page: alive, within bounds of two figures",
      page({ state: "alive", density_min: 0.01, nearest_cosine_max: 0.95 }),
    ],
    [
      "page: at a token, by max activation",
      page({ search: "dog", sort: "max_activation", ...down }),
    ],
    ["page: within an outline on the map", page({ within: "-1,-1 1,-1 1.5,0 1,1 -1,1" })],
    ["100 rows: the last but one, by density", (n) => rows({ sort: "density", page: last(n) })(n)],
    [
      "100 rows: the last but one, by decoder norm",
      (n) => rows({ sort: "decoder_norm", page: last(n) })(n),
    ],
    [
      "100 rows: in the middle of what is within bounds",
      (n) => rows({ sort: "max_activation", density_min: 0.01, page: Math.floor(n / 300) })(n),
    ],
    ["the map's columns", (n) => featurePointsApiPath(model, nameOf(n))],
  ];
  const load = loadavg()[0] as number;
  const table: string[] = [];
  for (const [what, pathOf] of asked) {
    const cells: string[] = [];
    for (const d_sae of sizes) cells.push(await times(`${address}${pathOf(d_sae)}`));
    table.push(`| ${what} | ${cells.join(" | ")} |`);
  }
  return `\`node --conditions=react-server --import tsx bench/features.ts\`

Milliseconds at the server (Server-Timing: from the request to the answer's head, which is sent when the page is drawn), median / 95th
percentile of ${ROUNDS}, one reader, ${cpus().length} cores of ${cpus()[0]?.model}, load before ${load.toFixed(1)}, Node ${process.versions.node}. The features are invented, with records as large as real
ones and a vocabulary of 16 tokens; nothing is labelled.

| | ${sizes.map((n) => `${n.toLocaleString("en")} features`).join(" | ")} |
|---|---|---|
${table.join("\n")}
`;
}

async function times(address: string): Promise<string> {
  const found: number[] = [];
  for (let round = -3; round < ROUNDS; round++) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await response.arrayBuffer();
    const total = /total;dur=([\d.]+)/.exec(response.headers.get("server-timing") ?? "")?.[1];
    if (round >= 0) found.push(Number(total)); // the first ones are for plans and the JIT
  }
  found.sort((a, b) => a - b);
  const at = (q: number) => (found[Math.floor(q * (ROUNDS - 1))] as number).toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}

/** Puts the section where it was, or last. */
async function write(section: string): Promise<void> {
  const [file, title] = ["docs/benchmarks.md", "## The table of features"];
  const text = await readFile(file, "utf8");
  const parts = text.split(/^(?=## )/m).filter((part) => !part.startsWith(`${title}\n`));
  await writeFile(file, `${parts.join("").trimEnd()}\n\n${title}\n\n${section}`);
}
